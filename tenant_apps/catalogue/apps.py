from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "tenant_apps.catalogue"
    feature = "courses"

    def ready(self) -> None:
        from tenant_apps.catalogue import seeds, timeline  # noqa: F401  (they register themselves)
