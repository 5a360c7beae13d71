"""What workers do by the clock: look which tenants have something due, and do it there."""

from datetime import timedelta
from zlib import crc32

from celery import shared_task

from shared_apps.core.time import now
from shared_apps.tenants import wake_ups
from shared_apps.tenants.models import Tenant
from shared_apps.tenants.tasks import HEADER, PERIODIC
from shared_apps.timers.due import do_due_work
from shared_apps.timers.retention import tidy

HOUR = timedelta(hours=1)


@shared_task(name="timers.find_due", public=True, queue=PERIODIC)
def find_due() -> None:
    """Ask for the work of each tenant that has something due: a message each, so that a slow one holds up nobody."""
    for schema in wake_ups.lease_due():
        task = do_due_in_public if schema == "public" else do_due
        task.apply_async(headers={HEADER: schema}, expires=wake_ups.LEASE.total_seconds())


@shared_task(name="timers.do_due", queue=PERIODIC)
def do_due() -> None:
    """Do what is due at this tenant."""
    do_due_work()


@shared_task(name="timers.do_due_in_public", public=True, queue=PERIODIC)
def do_due_in_public() -> None:
    """Do what is due in public."""
    do_due_work()


@shared_task(name="timers.look_everywhere", public=True, queue=PERIODIC)
def look_everywhere() -> None:
    """Once an hour: look at every tenant in the course of it, in case a wake-up is missing; tidy some of them."""
    wake_ups.forget_the_gone()
    wake_ups.wake_everybody(within=HOUR)
    hour = now().hour
    for schema in Tenant.objects.active().values_list("schema_name", flat=True):
        if hour_of(schema) == hour:
            tidy_tenant.apply_async(headers={HEADER: schema}, expires=HOUR.total_seconds())
    if hour_of("public") == hour:
        tidy()


@shared_task(name="timers.tidy_tenant", queue=PERIODIC)
def tidy_tenant() -> None:
    """Once a day: do away with what is kept long enough at this tenant."""
    tidy()


def hour_of(schema: str) -> int:
    """The hour of the day, in UTC, at which a tenant is tidied."""
    return crc32(schema.encode()) % 24
