from django.apps import AppConfig


class BrandingConfig(AppConfig):
    name = "tenant_apps.branding"

    def ready(self) -> None:
        from tenant_apps.branding import seeds  # noqa: F401  (new tenants get their rows)
