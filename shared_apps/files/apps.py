from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "shared_apps.files"

    def ready(self) -> None:
        from shared_apps.files import inventory, owners  # noqa: F401  (they register themselves)
