"""The Celery base task: every task belongs to one tenant, or says that it belongs to none."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from celery import Task, shared_task
from celery.result import AsyncResult
from django.db import transaction
from kombu.exceptions import OperationalError

from shared_apps.core.db import SchemaOwner, connection
from shared_apps.resilience.circuit_breaker import circuit
from shared_apps.tenants import spares
from shared_apps.tenants.context import enter, tenant_context
from shared_apps.tenants.middleware import PUBLIC
from shared_apps.tenants.models import Tenant

HEADER = "muster_schema"
PERIODIC = "periodic"  # the queue of what comes again by itself
PROMPT = "prompt"  # the queue of what should not wait: deliveries and emails
broker = circuit("broker", pause=5)  # while it is open rows are found when they are due
log = structlog.get_logger()


class TenantTask(Task):
    """Runs in the schema it was sent from, or not at all.

    The schema travels in a header. Missing, unknown or no longer active: the task fails loudly and
    touches nothing. `public=True` marks the few tasks that are the platform's.
    """

    abstract = True
    public = False

    def apply_async(
        self, args: Sequence[object] | None = None, kwargs: Mapping[str, object] | None = None, **options: Any
    ) -> AsyncResult:
        headers = dict(options.pop("headers", None) or {})
        headers.setdefault(HEADER, "public" if self.public else connection.schema_name)
        return super().apply_async(args, kwargs, headers=headers, **options)

    def delay_on_commit(self, *args: object, **kwargs: object) -> None:
        """Ask for this task once the present transaction is committed, as the tenant of this moment.

        If the broker is away nothing is raised: the row that says what is to be done is found when it is due.
        """
        headers = {HEADER: connection.schema_name}
        transaction.on_commit(lambda: self.try_to_send(*args, headers=headers, **kwargs))

    def try_to_send(self, *args: object, headers: dict[str, str] | None = None, **kwargs: object) -> None:
        """Ask for this task at once. If the broker is away nothing is raised.

        Whoever moves a tenant's clock does itself what becomes due.
        """
        if getattr(connection.tenant, "clock_stands_at", None) or not broker.allows():
            return
        try:
            self.apply_async(args, kwargs, headers=headers)
            broker.succeeded()
        except (OperationalError, ConnectionError) as error:
            broker.failed()
            log.warning("task not sent", task=self.name, error=str(error))

    def __call__(self, *args: object, **kwargs: object) -> object:
        if self.request.called_directly:
            return super().__call__(*args, **kwargs)
        schema = (self.request.headers or {}).get(HEADER) or getattr(self.request, HEADER, None)
        structlog.contextvars.clear_contextvars()  # not at the end: how it failed is logged after this
        structlog.contextvars.bind_contextvars(tenant=schema, task=self.name, task_id=self.request.id)
        tenant = self._tenant(schema)
        with tenant_context(tenant):
            return super().__call__(*args, **kwargs)

    def _tenant(self, schema: str | None) -> SchemaOwner:
        enter(PUBLIC)
        if self.public:
            return PUBLIC
        if not schema or schema == "public":
            raise TenantMissing(f"{self.name} was sent without a tenant")
        tenant = Tenant.objects.active().filter(schema_name=schema).first()
        if tenant is None:
            raise TenantMissing(f"{self.name} was sent for {schema}, which is not an active tenant")
        return tenant


class TenantMissing(Exception):
    """A task has no tenant to run in. Nothing was done."""


@shared_task(public=True, queue=PERIODIC)
def keep_spares() -> None:
    """Make the spare schemas that are missing."""
    spares.refill()
