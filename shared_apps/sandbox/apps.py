from django.apps import AppConfig
from django.conf import settings


class SandboxConfig(AppConfig):
    name = "shared_apps.sandbox"

    def ready(self) -> None:
        if settings.SANDBOX:
            from shared_apps.core.time import use_clock
            from shared_apps.sandbox.clock import shown_at

            use_clock(shown_at)
