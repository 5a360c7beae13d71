from django.apps import AppConfig


class MaterialsConfig(AppConfig):
    name = "tenant_apps.materials"
    feature = "courses"

    def ready(self) -> None:
        from tenant_apps.materials import handlers, news, notice_kinds, notifications, services, timeline  # noqa: F401
