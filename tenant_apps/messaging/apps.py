from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "tenant_apps.messaging"

    def ready(self) -> None:
        from tenant_apps.messaging import services  # noqa: F401  (it takes over account emails, and has periodic work)
