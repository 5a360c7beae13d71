from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "tenant_apps.bookings"
    feature = "courses"

    def ready(self) -> None:
        # They register themselves.
        from tenant_apps.bookings import attendee_notifications, handlers, notifications, services  # noqa: F401
