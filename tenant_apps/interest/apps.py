from django.apps import AppConfig


class InterestConfig(AppConfig):
    name = "tenant_apps.interest"
    feature = "courses"

    def ready(self) -> None:
        from tenant_apps.interest import handlers, notice_kinds, notifications, services, timeline  # noqa: F401
