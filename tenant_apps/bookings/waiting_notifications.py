"""What those hear who wait for seats: their place, that the date moved, and that it came to nothing."""

import hashlib
from uuid import UUID

from django.utils.translation import gettext as _

from shared_apps.core.lines import one_line
from shared_apps.core.time import now
from shared_apps.events.bus import on
from tenant_apps.bookings import calendar
from tenant_apps.bookings.events import WaitingListClosed, WaitingListJoined, WaitingListRemoved
from tenant_apps.bookings.models import WaitingListEntry, WaitingStatus
from tenant_apps.bookings.moved import Before, spans_of
from tenant_apps.bookings.selectors import days_of
from tenant_apps.bookings.waiting_links import Asked, join_link, place_link
from tenant_apps.bookings.waiting_list import LINE, position_of
from tenant_apps.messaging.models import Notice
from tenant_apps.messaging.services import notify
from tenant_apps.scheduling.events import OfferLapsed, OfferWithdrawn, SessionMoved
from tenant_apps.scheduling.models import Offer, Session, SessionStatus

LAPSED, WITHDRAWN, REMOVED, CALLED_OFF = "lapsed", "withdrawn", "removed", "called_off"


def send_join_link(asked: Asked, session: Session) -> Notice | None:
    """The link that puts a stranger in line, to the address they typed; the same is sent once an hour."""
    whose = hashlib.sha256(asked.email.lower().encode()).hexdigest()[:32]
    return notify(
        "bookings/waiting_join", to=asked.email, about=session, to_stranger=True,
        context={**_facts(session), "greeting": _("Hello,"), "seats": asked.seats, "join_url": join_link(asked)},
        once=f"waiting_join:{session.pk}:{asked.seats}:{whose}:{now():%Y%m%d%H}",
    )  # fmt: skip


@on(WaitingListJoined, name="bookings.tell_of_place")
def tell_of_place(event: WaitingListJoined) -> None:
    """Their place, with the private link to see it again and to leave."""
    entry = _found(event.entry_id)
    if entry.status == WaitingStatus.WAITING:
        _tell(entry, "waiting", once=f"waiting:{entry.pk}", position=position_of(entry))


@on(OfferLapsed, OfferWithdrawn, name="bookings.tell_that_an_offer_is_over", when=lambda event: event.line == LINE)
def tell_that_an_offer_is_over(event: OfferLapsed | OfferWithdrawn) -> None:
    """The seats went to the next, since nobody answered in time or they are not to be had any more."""
    offer = Offer.objects.get(pk=event.offer_id)
    entry = _found(offer.entry_id)
    why = LAPSED
    if isinstance(event, OfferWithdrawn):
        why = CALLED_OFF if event.called_off or _is_off(entry) else WITHDRAWN
    _tell_over(entry, why)


@on(WaitingListRemoved, name="bookings.tell_of_removal")
def tell_of_removal(event: WaitingListRemoved) -> None:
    """The office took them off the list."""
    _tell_over(_found(event.entry_id), REMOVED)


@on(WaitingListClosed, name="bookings.tell_who_waited")
def tell_who_waited(event: WaitingListClosed) -> None:
    """A session does not take place. Who waited until it began knows that without us."""
    for pk in event.entries:
        entry = _found(UUID(pk))
        if event.called_off or _is_off(entry):
            _tell_over(entry, CALLED_OFF)


@on(SessionMoved, name="bookings.tell_who_waits_of_move")
def tell_who_waits_of_move(event: SessionMoved) -> None:
    """Who waits for a date that is another one now, or elsewhere, hears it once, with the way to leave the line."""
    told = Before.of(event.before)
    for pk in WaitingListEntry.objects.in_line().filter(session=event.session_id).order_by("pk").values_list("pk"):
        entry = _found(pk[0])
        session = entry.session
        before = told.known_since(entry.created_at)
        if before is None or before.is_still_there(session):
            continue
        _tell(
            entry, "waiting_moved", once=f"waiting_moved:{event.row}:{entry.pk}", before=before, note=event.note,
            before_where=before.where or calendar.no_place(online=bool(before.online_url)),
            days_differ=before.days != spans_of(session), place_differs=before.where != session.where,
        )  # fmt: skip


def _is_off(entry: WaitingListEntry) -> bool:
    return entry.session.status == SessionStatus.CANCELLED


def _tell_over(entry: WaitingListEntry, why: str) -> None:
    """Whatever ends the waiting, they hear of it once."""
    if entry.status in (WaitingStatus.EXPIRED, WaitingStatus.LEFT):
        _tell(entry, "waiting_over", once=f"waiting_over:{entry.pk}", why=why)


def _found(pk: UUID) -> WaitingListEntry:
    rows = WaitingListEntry.objects.select_related("person__user", "session__course", "session__place", "session__room")
    return rows.get(pk=pk)


def _tell(entry: WaitingListEntry, name: str, *, once: str, **context: object) -> None:
    called = one_line(entry.person.name)
    about = {
        **_facts(entry.session), "name": called, "entry": entry, "seats": entry.seats, **context,
        "greeting": _("Hello %s,") % called if called else _("Hello,"),
        "url": place_link(entry) if entry.person.email else "",
    }  # fmt: skip
    person = entry.person
    notify(f"bookings/{name}", person=person, user=person.user, context=about, about=entry.session, once=once)


def _facts(session: Session) -> dict[str, object]:
    return {
        "session": session,
        "course": session.course,
        "days": days_of(session),
        "where": calendar.where_line(session),
    }
