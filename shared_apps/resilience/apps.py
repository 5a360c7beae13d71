from django.apps import AppConfig


class ResilienceConfig(AppConfig):
    name = "shared_apps.resilience"

    def ready(self) -> None:
        from shared_apps.resilience import checks  # noqa: F401  registers what `manage.py check` asks
