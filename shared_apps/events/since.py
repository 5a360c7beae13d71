"""What happened since a reader was here last, for whoever follows all events of a tenant."""

from django.db import transaction

from shared_apps.core.db import connection
from shared_apps.events.models import Event

MOST_NUMBERED = 5000
NUMBER = """
WITH fresh AS (
    SELECT id, row_number() OVER (ORDER BY id) AS place FROM events_event WHERE position IS NULL ORDER BY id LIMIT %s
)
UPDATE events_event SET position = (SELECT coalesce(max(position), 0) FROM events_event) + fresh.place
FROM fresh WHERE events_event.id = fresh.id
"""


def events_since(position: int, *, limit: int = 500) -> list[Event]:
    """The events behind `position`, in the order of their positions; 0 is before all. Keep that of the last one.

    Keys are made before the commit, so whoever remembers the highest key misses what was made earlier and committed
    later. Positions are given when somebody reads, one reader after the other, to what is committed by then: an event
    that comes later always has a higher one. Of one transaction they are in the order in which it happened.
    """
    _number()
    return list(Event.objects.filter(position__gt=position).order_by("position")[:limit])


@transaction.atomic
def _number() -> None:
    with connection.cursor() as cursor:
        # The lock is a statement of its own: what the next one sees was committed after we had it.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{connection.schema_name}:positions"])
        cursor.execute(NUMBER, [MOST_NUMBERED])
