"""Schemas that are ready before anybody asks, so that a sign-up only renames one."""

import secrets

import structlog
from django.conf import settings
from django.db import transaction

from shared_apps.core.db import connection
from shared_apps.tenants.context import public_context
from shared_apps.tenants.models import SpareSchema
from shared_apps.tenants.schemas import make_schema, migrations_fingerprint, template_sql

log = structlog.get_logger()
PREFIX = "spare_"
TAKE = """
    DELETE FROM tenants_spareschema WHERE id = (
        SELECT id FROM tenants_spareschema WHERE fingerprint = %s ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED
    ) RETURNING schema_name
"""


def take(schema: str) -> bool:
    """Rename a spare of the present migrations to `schema`, in the caller's transaction; False when there is none.

    Two callers at once never get the same one, and neither waits for the other.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [migrations_fingerprint()])
        row = cursor.fetchone()
        if row is None:
            return False
        cursor.execute(f'ALTER SCHEMA "{row[0]}" RENAME TO "{schema}"')
    return True


def are_missing() -> bool:
    """Whether there are fewer spares than SPARE_SCHEMAS."""
    with public_context():
        ready = SpareSchema.objects.filter(fingerprint=migrations_fingerprint()).count()
    return ready < settings.SPARE_SCHEMAS


def refill() -> int:
    """Make what is missing, one transaction each; returns how many. Of two callers one does it."""
    made = 0
    while are_missing() and _make_one():
        made += 1
    if made:
        log.info("spare schemas made", count=made)
    return made


def drop_outdated() -> int:
    """Drop the spares of other migrations than the present ones, except those being taken; returns how many."""
    with public_context(), transaction.atomic():
        outdated = SpareSchema.objects.exclude(fingerprint=migrations_fingerprint())
        names = list(outdated.select_for_update(skip_locked=True).values_list("schema_name", flat=True))
        with connection.cursor() as cursor:
            for name in names:
                cursor.execute(f'DROP SCHEMA IF EXISTS "{name}" CASCADE')
        SpareSchema.objects.filter(schema_name__in=names).delete()
    return len(names)


def _make_one() -> bool:
    sql = template_sql()
    with public_context(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('muster spares'))")
            if not cursor.fetchone()[0] or not are_missing():
                return False
        spare = SpareSchema.objects.create(
            schema_name=PREFIX + secrets.token_hex(6), fingerprint=migrations_fingerprint()
        )
        make_schema(spare.schema_name, sql)
    return True
