from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "shared_apps.jobs"

    def ready(self) -> None:
        from shared_apps.jobs import running  # noqa: F401  (it registers itself)
