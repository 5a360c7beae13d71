"""Our Celery app. A task may be lost: what must be done is a row in Postgres, which is found when it is due."""

import os
from logging.config import dictConfig
from typing import Any

from celery import Celery, signals

from config.start import read_settings, refuse_unsafe

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class App(Celery):
    """Celery with our settings."""

    def on_configure(self) -> None:
        """Called once, when the settings are first needed."""
        read_settings()


app = App("muster", task_cls="shared_apps.tenants.tasks:TenantTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.setup_logging.connect
def write_json_lines(**_: Any) -> None:
    """Let workers and beat write their log as the web processes do."""
    from django.conf import settings

    dictConfig(settings.LOGGING)


@signals.worker_init.connect
@signals.beat_init.connect
def refuse_unsafe_servers(**_: Any) -> None:
    """End a worker or beat before its first task if it must not work with the database or Redis it is given."""
    refuse_unsafe()
