from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "shared_apps.core"

    def ready(self) -> None:
        from shared_apps.core import checks  # noqa: F401  registers what `manage.py check` asks
