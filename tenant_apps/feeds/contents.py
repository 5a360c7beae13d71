"""What stands in a calendar: the bookings of a person, or the days of sessions of a trainer, a room or the centre."""

from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shared_apps.core.time import now
from shared_apps.tenants.context import current_tenant
from shared_apps.tenants.urls import tenant_url
from tenant_apps.bookings.calendar import description, entries_of, where_line
from tenant_apps.bookings.models import LIVE, Attendee, Booking, BookingStatus
from tenant_apps.feeds.models import Feed, Kind
from tenant_apps.people.models import Trainer, persons_of
from tenant_apps.scheduling.ical import Entry, Status
from tenant_apps.scheduling.models import Session, SessionDay, on_team
from tenant_apps.scheduling.states import SessionStatus

R = TypeVar("R", bound=Model)

PAST = timedelta(days=90)  # what is over stays so long
CALLED_OFF = timedelta(days=30)  # and what was called off, so that every calendar has taken it out by then
MOST_AHEAD, MOST_PAST = 1000, 300  # events


def name_of(feed: Feed) -> str:
    """What the calendar is called where it is subscribed to."""
    site = current_tenant().name
    if feed.kind == Kind.PERSON:
        return _("My courses at %(site)s") % {"site": site}
    if feed.kind == Kind.CENTRE:
        return site
    whose = f"{feed.room}, {feed.room.place}" if feed.room else str(feed)
    return f"{whose} – {site}"


def entries(feed: Feed) -> list[Entry]:
    """The events of a feed in the order of their days, in as many queries whatever there is.

    Of more than a calendar takes, those that come soonest, and the last that are over.
    """
    found = _own_entries(feed) if feed.kind == Kind.PERSON else _taught(feed)
    return sorted(found, key=lambda entry: (entry.begins, entry.key))


def _own_entries(feed: Feed) -> list[Entry]:
    """What the person booked, or others whom they have access to, and where they have a seat: as on their own pages."""
    assert feed.person is not None
    theirs = set(persons_of(feed.person.user or AnonymousUser()).values_list("person", flat=True))
    seated = Attendee.objects.filter(booking=OuterRef("pk"), person__in=theirs)
    rows = Booking.objects.filter(Q(buyer__in=theirs) | Exists(seated), session__ends_at__gte=now() - PAST)
    stands = Q(status__in=[*LIVE, BookingStatus.COMPLETED])
    cancelled = Q(status=BookingStatus.CANCELLED, cancelled_at__gte=now() - CALLED_OFF)
    ran_out = Q(status=BookingStatus.EXPIRED, hold_expires_at__gte=now() - CALLED_OFF)
    # Free seats that wait for whoever's address was typed to say that it was them: perhaps it was not.
    unasked = Q(confirmed_at=None, order=None, by_office=False)
    rows = rows.filter(stands | cancelled | ran_out).exclude(unasked)
    rows = rows.select_related("session__course", "session__place", "session__room", "buyer")
    rows = rows.prefetch_related("session__days")
    own_page = tenant_url("my_bookings")
    found = [
        entry
        for booking in _nearest(rows, begins="session__starts_at", ends="session__ends_at")
        for entry in entries_of(booking, text=_said_to(feed, booking, theirs), url=own_page)
    ]
    return [entry for entry in found if entry.ends >= now() - PAST]


def _said_to(feed: Feed, booking: Booking, theirs: set[UUID]) -> str:
    """No link that manages the booking: calendars are shared, and kept by others."""
    is_for_another = booking.buyer_id in theirs and booking.buyer_id != feed.person_id
    lines = [description(booking), *([_("For %s") % booking.buyer.name] if is_for_another else [])]
    return "\n".join(lines)


def _taught(feed: Feed) -> list[Entry]:
    """The days of sessions: no drafts, and nobody's name but the trainer's."""
    since = now() - CALLED_OFF
    called_off = Q(live=False, session__status=SessionStatus.CANCELLED, session__cancelled_at__gte=since)
    ended_before = Q(live=False, session__status=SessionStatus.COMPLETED, session__finished_at__gte=since)
    rows = SessionDay.objects.filter(Q(live=True) | called_off | ended_before, ends_at__gte=now() - PAST)
    rows = rows.exclude(session__status__in=[SessionStatus.DRAFT, SessionStatus.RESCHEDULED])
    if feed.kind == Kind.TRAINER:
        rows = rows.filter(on_team(Trainer.objects.filter(pk=feed.trainer_id), "session"))
    elif feed.kind == Kind.ROOM:
        rows = rows.filter(room=feed.room_id)
    rows = rows.select_related("session__course", "session__place", "session__room", "session__trainer__person")
    rows = rows.prefetch_related("session__team__trainer__person")
    return [_day(feed, day) for day in _nearest(rows, begins="starts_at", ends="ends_at")]


def _day(feed: Feed, day: SessionDay) -> Entry:
    session = day.session
    teaches = feed.kind == Kind.TRAINER
    return Entry(
        key=str(day.pk), begins=day.starts_at.astimezone(day.zone), ends=day.ends_at.astimezone(day.zone),
        title=session.course.title, where=where_line(session, room_link=teaches),
        text=_people(session, teaches=teaches), url=tenant_url("office:session", session.pk),
        changes=session.sequence, status=_status(day),
    )  # fmt: skip


def _status(day: SessionDay) -> Status:
    if not day.live:
        return Status.CANCELLED
    return Status.TENTATIVE if day.session.status == SessionStatus.TENTATIVE else Status.CONFIRMED


def _people(session: Session, *, teaches: bool) -> str:
    """How many come and who teaches; not who comes, and nothing that was written for the office alone."""
    capacity = ngettext("%d seat", "%d seats", session.capacity) % session.capacity
    lines = [_("%(booked)d of %(seats)s booked") % {"booked": session.seats_taken, "seats": capacity}]
    if waits := session.seats_taken - session.seats_confirmed:
        lines.append(ngettext("%d of them not confirmed yet", "%d of them not confirmed yet", waits) % waits)
    if not teaches:
        lines.append(_("Trainer: %s") % (session.teacher_names or _("nobody yet")))
    elif session.online_url:
        lines.append(_("Join online: %s") % session.online_url)
    return "\n".join(lines)


def _nearest(rows: QuerySet[R], *, begins: str, ends: str) -> list[R]:
    """Those that are under way or to come, the soonest, and those that are over, the last."""
    at = now()
    ahead = rows.filter(**{f"{ends}__gte": at}).order_by(begins, "pk")[:MOST_AHEAD]
    over = rows.filter(**{f"{ends}__lt": at}).order_by(f"-{begins}", "-pk")[:MOST_PAST]
    return [*ahead, *over]
