from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "tenant_apps.messaging"

    def ready(self) -> None:
        from tenant_apps.messaging import services, timeline  # noqa: F401  (they register themselves)
