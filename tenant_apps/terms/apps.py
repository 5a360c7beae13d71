from django.apps import AppConfig


class TermsConfig(AppConfig):
    name = "tenant_apps.terms"

    def ready(self) -> None:
        from tenant_apps.terms import seeds, timeline  # noqa: F401  (they register themselves)
