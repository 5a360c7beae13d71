"""Which tenant has something due: one table in public, so that one query finds them and an idle tenant costs nothing.

Triggers of the database write a wake-up whenever a row gets a time at which something is to be done, in the transaction
of that row (`timers.operations`); nobody waits for anybody. Whoever does what is due at a tenant reads its wake-ups
first, deletes exactly those at the end, and leaves one for what is due next: see `docs/decisions/0010-timers.md`.
"""

from datetime import datetime, timedelta

from django.conf import settings

from shared_apps.core.db import connection
from shared_apps.core.time import now

LEASE = timedelta(seconds=30)  # after that a tenant is asked again, if whoever was to do its work is gone
ADD = "INSERT INTO public.tenants_wakeup (schema_name, at) VALUES (%s, %s)"
ADD_ALL = """
    INSERT INTO public.tenants_wakeup (schema_name, at)
    SELECT schema_name, %(since)s::timestamptz
        + interval '1 second' * %(within)s::float8 * ((hashtext(schema_name)::bigint + 2^31) / 2^32)
    FROM public.tenants_tenant WHERE status = 'active' UNION ALL SELECT 'public', %(since)s::timestamptz
"""
DUE = """
    UPDATE public.tenants_wakeup SET at = {until} WHERE id IN (
        SELECT wake.id FROM public.tenants_wakeup wake
        LEFT JOIN public.tenants_tenant tenant ON tenant.schema_name = wake.schema_name
        WHERE {is_due} AND (tenant.status = 'active' OR wake.schema_name = 'public')
        ORDER BY wake.at LIMIT %(most)s FOR UPDATE OF wake SKIP LOCKED
    ) RETURNING schema_name
"""
DUE_HERE = DUE.format(until="%(until)s", is_due="wake.at <= %(now)s")
# In a sandbox a tenant's clock may be ahead of ours, and its wake-ups are written down by that clock.
DUE_IN_SANDBOX = DUE.format(
    until="""%(until)s::timestamptz + coalesce(
        (SELECT clock_ahead FROM public.tenants_tenant t WHERE t.schema_name = tenants_wakeup.schema_name), interval '0'
    )""",
    is_due="wake.at <= %(now)s::timestamptz + coalesce(tenant.clock_ahead, interval '0')",
)
MINE = """
    SELECT coalesce(array_agg(id), '{}'), (SELECT modules FROM public.tenants_tenant WHERE schema_name = %(name)s::text)
    FROM public.tenants_wakeup WHERE schema_name = %(name)s::text
"""
DONE = "DELETE FROM public.tenants_wakeup WHERE id = ANY(%s)"
FORGET = """
    DELETE FROM public.tenants_wakeup wake WHERE schema_name <> 'public'
    AND NOT EXISTS (SELECT FROM public.tenants_tenant tenant WHERE tenant.schema_name = wake.schema_name)
"""


def wake(schema: str, at: datetime | None = None) -> None:
    """Have somebody look, now or at a later time, what is due in `schema`. Part of the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(ADD, [schema, at or now()])


def wake_everybody(*, within: timedelta) -> None:
    """Have somebody look at every active tenant, at moments spread over the time `within`, and in public."""
    with connection.cursor() as cursor:
        cursor.execute(ADD_ALL, {"since": now(), "within": within.total_seconds()})


def lease_due(*, most: int = 2000) -> list[str]:
    """The schemas in which something is due. Nobody else gets them for the time of a `LEASE`."""
    with connection.cursor() as cursor:
        due = DUE_IN_SANDBOX if settings.SANDBOX else DUE_HERE
        cursor.execute(due, {"now": now(), "until": now() + LEASE, "most": most})
        return list(dict.fromkeys(schema for (schema,) in cursor.fetchall()))


def read_mine() -> list[int]:
    """The wake-ups that the present tenant has, before its work is looked at.

    Its features are read in the same moment: one that is switched on later has a wake-up of its own.
    """
    with connection.cursor() as cursor:
        cursor.execute(MINE, {"name": connection.schema_name})
        ids, features = cursor.fetchone()
    if features is not None:
        connection.tenant.features = features
    return list(ids)


def settle(ids: list[int], *, next_at: datetime | None) -> None:
    """Delete the wake-ups with these `ids`, and leave one for what is due next, always of our own.

    To rely on another row would be wrong: whoever read that one may have looked before our work was there.
    """
    with connection.cursor() as cursor:
        if next_at is not None:
            cursor.execute(ADD, [connection.schema_name, next_at])
        cursor.execute(DONE, [ids])


def forget_the_gone() -> None:
    """Delete the wake-ups of tenants that exist no more."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET)
