from django.apps import AppConfig


class BrandingConfig(AppConfig):
    name = "tenant_apps.branding"

    def ready(self) -> None:
        from tenant_apps.branding import seeds, timeline  # noqa: F401  (they register themselves)
