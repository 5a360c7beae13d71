"""Celery is the doorbell; what must not be lost is a row in Postgres that a sweep finds again."""

import os
from logging.config import dictConfig
from typing import Any

from celery import Celery, signals
from celery.schedules import crontab

from config import env

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("muster", task_cls="shared_apps.tenants.tasks:TenantTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
SECONDS = env.number("SWEEP_SECONDS", 15)
app.conf.beat_schedule = {
    "sweep": {"task": "shared_apps.tenants.tasks.sweep_all", "schedule": SECONDS, "options": {"expires": SECONDS}},
    "tidy": {"task": "shared_apps.tenants.tasks.tidy_all", "schedule": crontab(minute=17)},
}


@signals.setup_logging.connect
def write_json_lines(**_: Any) -> None:
    """Let workers and beat write their log as the web processes do."""
    from django.conf import settings

    dictConfig(settings.LOGGING)


@signals.worker_init.connect
def refuse_unsafe_pooler(**_: Any) -> None:
    """End a worker before its first task if its connections would be mixed up with those of other tenants.

    While Postgres is away nothing is known yet: each process then asks before its first connection.
    """
    from django.db import connection
    from psycopg import OperationalError

    from shared_apps.core.pooler import UnsafePooler, require_safe_pooler

    try:
        require_safe_pooler(connection.get_connection_params())
    except UnsafePooler as error:
        raise SystemExit(str(error)) from error
    except OperationalError:
        pass
