from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "shared_apps.lists"
