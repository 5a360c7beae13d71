"""A session is put on other days as a new one, and its bookings and its waiting list go along."""

from collections.abc import Sequence

from django.db import transaction

from shared_apps.accounts.models import User
from shared_apps.core.errors import MovedMeanwhile
from tenant_apps.bookings.models import Booking, WaitingListEntry
from tenant_apps.bookings.moved import follow_move
from tenant_apps.scheduling.models import Session
from tenant_apps.scheduling.plan import Span
from tenant_apps.scheduling.rescheduling import replace_session


@transaction.atomic
def reschedule_session(session: Session, *, days: Sequence[Span], reason: str = "", by: User | None) -> Session:
    """The session that `session` became, on `days`; the old one points to it. Who can't come may cancel for nothing.

    What was cancelled or ran out stays with the old one. Raises what `replace_session` raises, and `MovedMeanwhile` if
    somebody booked at this moment.
    """
    # All bookings before the session: whoever cancels one of them at this moment locks in that order too.
    live = Booking.objects.live().filter(session=session).order_by("pk")
    keys = {booking.pk for booking in live.select_for_update(of=("self",))}
    new = replace_session(session, days=days, reason=reason, by=by)
    if set(live.values_list("pk", flat=True)) - keys:
        raise MovedMeanwhile
    Booking.objects.filter(pk__in=keys, session=session).update(session=new)
    WaitingListEntry.objects.in_line().filter(session=session).update(session=new)
    follow_move(new)
    return new
