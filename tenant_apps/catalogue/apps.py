from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "tenant_apps.catalogue"
    feature = "courses"

    def ready(self) -> None:
        from tenant_apps.catalogue import seeds  # noqa: F401  (new tenants get their lists)
