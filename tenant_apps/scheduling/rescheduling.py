"""A session on other days as a new session: the old one stays as history, and points to it."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Least

from shared_apps.accounts.models import User
from shared_apps.core.locking import lock_row
from shared_apps.core.states import move, why_not
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from tenant_apps.scheduling.days import SHARED_WITH_DAYS, write_days
from tenant_apps.scheduling.errors import InThePast
from tenant_apps.scheduling.events import SessionRescheduled, SessionTookOver
from tenant_apps.scheduling.models import ClaimKind, Offer, OfferStatus, SeatClaim, Session, SessionDay, SessionStatus
from tenant_apps.scheduling.moves import announce, snapshot
from tenant_apps.scheduling.plan import Span
from tenant_apps.scheduling.running import await_decision
from tenant_apps.scheduling.services import COPIED
from tenant_apps.scheduling.team import Team, call_in, lock_time_of

TAKEN_ALONG = ("status", "minimum", "seats_taken", "seats_confirmed", "move_untold", "move_note")


@transaction.atomic
def replace_session(session: Session, *, days: Sequence[Span], reason: str, by: User | None) -> Session:
    """A new session on `days` that takes over what `session` had: its seats, offers and register, day by day.

    Its caller takes the bookings along. Those booked are told as of any move, with `reason`. Raises `IllegalMove`,
    `MayNotMove`, `SessionOver`, `InThePast`, `Clash`.
    """
    old = lock_row(Session.objects.select_related("course", "place", "room", "trainer", "vehicle"), session.pk)
    if refusal := why_not(old, "status", SessionStatus.RESCHEDULED, by=by):
        raise refusal
    days = sorted(days)
    if days[0][0] <= now():
        raise InThePast
    before, former = snapshot(old), [(day.starts_at, day.ends_at) for day in old.days.order_by("starts_at")]
    shared = {name: getattr(old, name) for name in (*COPIED, *TAKEN_ALONG)}
    new = Session(
        course=old.course, starts_at=days[0][0], ends_at=days[-1][1], sequence=old.sequence + 1,
        decide_by=min(old.decide_by, days[0][0]) if old.decide_by else None,
        noticed_until=old.noticed_until or old.created_at, **shared,
    )  # fmt: skip
    team = Team.of(old)
    lock_time_of(old, list(old.days.all()), team)
    new.save(force_insert=True)
    call_in(new, team)
    old.days.update(session=new)  # their rows go along, with whatever hangs on them
    write_days(new, days, team)
    of_days = {name: getattr(old, name) for name in SHARED_WITH_DAYS}
    SessionDay.objects.bulk_create(
        SessionDay(session=old, starts_at=begins, ends_at=ends, live=False, **of_days) for begins, ends in former
    )
    move(
        old, "status", SessionStatus.RESCHEDULED, by=by, reason=reason, rescheduled_to=new, takes_bookings=False,
        seats_taken=0, seats_confirmed=0, move_untold=None, tell_move_at=None, move_note="",
    )  # fmt: skip
    SeatClaim.objects.filter(session=old).update(session=new)
    promised = SeatClaim.objects.filter(session=new, kind=ClaimKind.OFFER)
    promised.update(until=Least(F("until"), new.starts_at))  # as their offers
    offers = Offer.objects.filter(subject_id=old.pk, status=OfferStatus.OFFERED)
    offers.update(subject_id=new.pk, until=Least(F("until"), new.starts_at))
    announce(new, before, note=reason)
    if old.series_id:  # one date of a series has one session, but for those that were put elsewhere
        new.series_id, new.series_date, new.is_own_way = old.series_id, old.series_date, True
    new.save(update_fields=["move_untold", "tell_move_at", "move_note", "series", "series_date", "is_own_way"])
    await_decision(old)
    await_decision(new)
    emit(SessionRescheduled(session_id=old.pk, to_id=new.pk), by=by, subject=old, note=reason)
    emit(SessionTookOver(session_id=new.pk, from_id=old.pk), by=by, subject=new, note=reason)
    return new
