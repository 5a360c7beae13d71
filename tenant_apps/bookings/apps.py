from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "tenant_apps.bookings"
    feature = "courses"

    def ready(self) -> None:
        from tenant_apps.bookings import handlers, notifications, services  # noqa: F401  (they register themselves)
