from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "tenant_apps.documents"

    def ready(self) -> None:
        from tenant_apps.documents import papers  # noqa: F401  (its due work registers itself)
