from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "tenant_apps.people"

    def ready(self) -> None:
        from tenant_apps.people import services  # noqa: F401  (it listens for verified emails)
