from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "shared_apps.events"

    def ready(self) -> None:
        from shared_apps.events import bus, idempotency  # noqa: F401  (their sweeps register themselves)
