from django.apps import AppConfig


class FeedsConfig(AppConfig):
    name = "tenant_apps.feeds"
    feature = "courses"

    def ready(self) -> None:
        from tenant_apps.feeds import services, timeline  # noqa: F401
