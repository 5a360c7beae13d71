from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "shared_apps.tenants"

    def ready(self) -> None:
        from shared_apps.tenants import health  # noqa: F401  # registers what /readyz asks of tenants
