from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "shared_apps.web"
