from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "tenant_apps.scheduling"
    feature = "courses"

    def ready(self) -> None:
        from tenant_apps.scheduling import moves, noticing, progress, running, seeds, timeline  # noqa: F401  (they register themselves)
