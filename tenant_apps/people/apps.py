from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "tenant_apps.people"

    def ready(self) -> None:
        from tenant_apps.people import identity  # noqa: F401  (it listens for verified emails)
