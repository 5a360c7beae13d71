from django.apps import AppConfig


class TimersConfig(AppConfig):
    name = "shared_apps.timers"

    def ready(self) -> None:
        from shared_apps.timers import due, retention  # noqa: F401  (they register themselves)
