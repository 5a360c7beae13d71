from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "tenant_apps.payments"

    def ready(self) -> None:
        from tenant_apps.payments import refunds, services, webhooks  # noqa: F401  (their sweeps register themselves)
