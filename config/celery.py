"""Celery is the doorbell; what must not be lost is a row in Postgres that a sweep finds again."""

import os
from typing import Any

from celery import Celery, signals

from config import env

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("muster", task_cls="shared_apps.tenants.tasks:TenantTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
SECONDS = env.number("SWEEP_SECONDS", 15)
app.conf.beat_schedule = {
    "sweep": {"task": "shared_apps.tenants.tasks.sweep_all", "schedule": SECONDS, "options": {"expires": SECONDS}},
}


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
