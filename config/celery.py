"""Celery is the doorbell; what must not be lost is a row in Postgres that a sweep finds again."""

import os

from celery import Celery

from config import env

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("muster", task_cls="shared_apps.tenants.tasks:TenantTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
SECONDS = env.number("SWEEP_SECONDS", 15)
app.conf.beat_schedule = {
    "sweep": {"task": "shared_apps.tenants.tasks.sweep_all", "schedule": SECONDS, "options": {"expires": SECONDS}},
}
