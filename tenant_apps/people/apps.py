from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "tenant_apps.people"

    def ready(self) -> None:
        from tenant_apps.people import identity, timeline  # noqa: F401  (they register themselves)
