"""Whether the seats of a session are those of its claims, and the claims those of its bookings."""

from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q, Sum

from tenant_apps.bookings.claims import claim_of
from tenant_apps.bookings.models import STANDING, Booking
from tenant_apps.scheduling.claims import drop_claims, write_claims
from tenant_apps.scheduling.models import ClaimKind, SeatClaim, Session

# Sessions with a booking that has not just its claim. A claim whose booking is gone is one that was given back.
ODD = """
SELECT DISTINCT coalesce(b.session_id, c.session_id)
FROM (SELECT * FROM bookings_booking WHERE status IN ('pending', 'confirmed', 'completed')) b
FULL JOIN (SELECT * FROM scheduling_seatclaim WHERE kind <> 'offer') c ON c.holder_id = b.id
WHERE b.id IS NULL OR c.id IS NULL OR c.seats <> b.seats OR c.person_id <> b.buyer_id
OR (c.kind = 'confirmed') <> (b.status <> 'pending')
OR c.until IS DISTINCT FROM CASE WHEN b.status = 'pending' THEN b.hold_expires_at END
"""


class Miscount(NamedTuple):
    """A session that counts other seats than there are claims."""

    session_id: UUID
    seats_taken: int
    seats_confirmed: int
    claimed: int
    claimed_confirmed: int


def sessions_with_odd_claims() -> list[UUID]:
    """Those of whose bookings one has no claim or another one, or of whose claims one has no booking."""
    with connection.cursor() as cursor:
        cursor.execute(ODD)
        return [row[0] for row in cursor.fetchall()]


def miscounted() -> list[Miscount]:
    """Sessions whose counters are not the sums of their claims."""
    taken = Sum("claims__seats", default=0)
    confirmed = Sum("claims__seats", filter=Q(claims__kind=ClaimKind.CONFIRMED), default=0)
    rows = Session.objects.annotate(taken=taken, confirmed=confirmed)
    wrong = rows.exclude(seats_taken=F("taken"), seats_confirmed=F("confirmed"))
    return [Miscount(*row) for row in wrong.values_list("pk", "seats_taken", "seats_confirmed", "taken", "confirmed")]


@transaction.atomic
def mend_claims(session_id: UUID) -> int:
    """Let the claims of a session be those of its bookings; how many were not. Its counters stay as they are."""
    bookings = Booking.objects.filter(session=session_id).select_for_update(of=("self",)).order_by("pk")
    wanted = {booking.pk: claim_of(booking) for booking in bookings if booking.status in STANDING}
    there = {claim.holder_id: claim for claim in SeatClaim.objects.filter(session=session_id)}
    gone = [pk for pk, claim in there.items() if claim.kind != ClaimKind.OFFER and pk not in wanted]
    odd = [claim for pk, claim in wanted.items() if pk not in there or _said(there[pk]) != _said(claim)]
    drop_claims(gone)
    write_claims(odd)
    return len(gone) + len(odd)


def _said(claim: SeatClaim) -> tuple[object, ...]:
    return claim.seats, claim.kind, claim.until, claim.person_id
