from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "tenant_apps.payments"

    def ready(self) -> None:
        # Their handlers, timers and due work register themselves.
        from tenant_apps.payments import notifications, reconnecting, seeds, sending, services, timeline, webhooks  # noqa: F401
