from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "tenant_apps.documents"

    def ready(self) -> None:
        from tenant_apps.documents import handlers, papers  # noqa: F401  (they register themselves)
