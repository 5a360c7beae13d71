from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "shared_apps.api"
