from django.apps import AppConfig


class CheckoutConfig(AppConfig):
    name = "tenant_apps.checkout"

    def ready(self) -> None:
        from tenant_apps.checkout import handlers  # noqa: F401  (they register themselves)
