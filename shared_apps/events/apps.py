from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "shared_apps.events"

    def ready(self) -> None:
        from shared_apps.events import bus, given_up, idempotency, trail, transitions  # noqa: F401  (they register themselves)
