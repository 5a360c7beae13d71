"""Work that should not wait: deliveries and emails, done by a worker right after the commit that made them due.

A worker is asked once for a tenant, however much there is to do. It works for a second, then the next tenant has its
turn and this one goes to the end of the queue. So nobody's email waits behind ten thousand of somebody else's.
"""

from celery import Task, shared_task
from django.core.cache import cache
from django.db import transaction

from shared_apps.core.db import SchemaOwner, connection
from shared_apps.tenants.context import tenant_context
from shared_apps.tenants.tasks import PROMPT, TenantTask
from shared_apps.timers.due import do_prompt_work

ASKED = "worker-asked"
FORGOTTEN = 10  # seconds after which a worker is asked again, in case the one that was asked is gone
SLICE = 1.0  # seconds


def work_on_commit() -> None:
    """Have a worker do what is due here as soon as the present transaction is committed.

    If the broker is away nothing is raised: the wake-up of the row is found some seconds later.
    """
    tenant = connection.tenant
    transaction.on_commit(lambda: _ask(tenant), robust=True)  # Django can't name a `partial`


def _ask(tenant: SchemaOwner) -> None:
    with tenant_context(tenant):
        if cache.add(ASKED, 1, FORGOTTEN):
            task: TenantTask | Task = work_in_public if connection.schema_name == "public" else work_here
            task.try_to_send()


def _work() -> None:
    cache.delete(ASKED)  # first: who commits from now on asks again
    if do_prompt_work(seconds=SLICE):
        _ask(connection.tenant)


@shared_task(name="timers.work_here", queue=PROMPT)
def work_here() -> None:
    """Deliver what happened at this tenant, and send its emails."""
    _work()


@shared_task(name="timers.work_in_public", public=True, queue=PROMPT)
def work_in_public() -> None:
    """Deliver what happened in public."""
    _work()
