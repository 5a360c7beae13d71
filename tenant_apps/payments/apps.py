from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "tenant_apps.payments"

    def ready(self) -> None:
        # Their handlers, timers and due work register themselves.
        from tenant_apps.payments import (  # noqa: F401
            handlers,
            notifications,
            reconnecting,
            seeds,
            sending,
            services,
            timeline,
            webhooks,
        )
