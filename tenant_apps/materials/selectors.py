"""Which materials somebody gets: those booked, as long as they are; whoever works here, what is theirs to see."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from shared_apps.accounts.models import User, Visitor
from shared_apps.core.permissions import can
from shared_apps.core.signing import BadSignature, sign, unsign
from shared_apps.tenants.urls import tenant_url
from tenant_apps.bookings.models import Attendee, Booking, BookingStatus
from tenant_apps.materials.models import Audience, Material
from tenant_apps.materials.windows import Window, when_seen, window
from tenant_apps.people.models import persons_of
from tenant_apps.people.services import joined_into
from tenant_apps.scheduling.models import Session

PURPOSE = "materials"
BOOKED = (BookingStatus.CONFIRMED, BookingStatus.COMPLETED)


@dataclass(frozen=True)
class Shown:
    """A material on a page of the office, with when people see it at `session`, or at any session of its course."""

    material: Material
    session: Session | None

    @property
    def says(self) -> str:
        return when_seen(self.material, self.session)

    @property
    def seen(self) -> Window | None:
        return window(self.material, self.session) if self.session and self.material.for_attendees else None


def materials_of(session: Session) -> list[Material]:
    """All materials of a session, its course's first."""
    return list(Material.objects.of_session(session))


def open_to_attendees(session: Session) -> list[Material]:
    """What those booked on `session` see now."""
    rows = Material.objects.of_session(session).filter(audience=Audience.ATTENDEES)
    return [row for row in rows if window(row, session).is_open]


def materials_for(booking: Booking) -> list[Material]:
    """What whoever has this booking sees now: nothing unless it is confirmed, or its session is over."""
    return open_to_attendees(booking.session) if booking.status in BOOKED else []


def anything_to_come(session: Session) -> bool:
    """Whether those booked on `session` see something, now or later."""
    rows = Material.objects.of_session(session).filter(audience=Audience.ATTENDEES)
    return any(not seen.is_over and not seen.never for seen in (window(row, session) for row in rows))


def one_of(materials: Iterable[Material], pk: UUID) -> Material | None:
    """The material with this key, if it is one of `materials`."""
    return next((row for row in materials if row.pk == pk), None)


def bookings_for(user: User) -> QuerySet[Booking]:
    """Confirmed bookings of `user` and of those whom they have access to, made by or for them."""
    people = persons_of(user)
    mine = Q(buyer__in=people) | Q(pk__in=Attendee.objects.filter(person__in=people).values("booking"))
    return Booking.objects.filter(mine, status__in=BOOKED)


def shown_to(user: User, session: Session) -> list[Material] | None:
    """What `user` sees of a session's materials now; None if they have nothing to do with it."""
    if works_with(user, session):
        return materials_of(session)
    return open_to_attendees(session) if bookings_for(user).filter(session=session).exists() else None


def works_with(user: User, session: Session) -> bool:
    """Whether `user` sees this session in the office."""
    return can(user, "sessions.view") and Session.objects.visible_to(user).filter(pk=session.pk).exists()


def material_for(user: User, pk: UUID) -> Material | None:
    """The material with this key, if `user` sees it now: at work, or at a session on which they are booked."""
    there = Material.objects.there()
    if found := there.visible_to(user).filter(pk=pk).first():
        return found
    found = there.filter(pk=pk, audience=Audience.ATTENDEES).first()
    if found is None:
        return None
    sessions = Session.objects.filter(pk__in=bookings_for(user).values("session"))
    sessions = sessions.filter(Q(materials=found) | Q(course__materials=found)).distinct()
    return found if any(window(found, session).is_open for session in sessions) else None


def attendee_token(attendee: Attendee) -> str:
    """What opens the materials of this seat, as long as the same person has it, with the same address."""
    return sign(PURPOSE, [str(attendee.pk), str(attendee.person_id), _mark(attendee)])


def _mark(attendee: Attendee) -> str:
    """Stands for the address of a seat. Who is known by a name alone is the same person when it becomes another's."""
    return hashlib.sha256(attendee.email.lower().encode()).hexdigest()[:16]


def attendee_link(attendee: Attendee) -> str:
    """The absolute URL of their page, for emails."""
    return tenant_url("attendee_materials", attendee_token(attendee))


def attendee_of(token: str) -> Attendee | None:
    """The seat that `token` opens; None for one that is forged, of somebody else by now, or of no confirmed booking.

    Whose record was joined with another one since is the same person.
    """
    try:
        pk, person, mark = unsign(PURPOSE, token)
        rows, known_as = Attendee.objects.filter(pk=UUID(pk), booking__status__in=BOOKED), UUID(person)
    except (BadSignature, ValueError, TypeError):
        return None
    found = rows.select_related("booking__session__course", "booking__session__place", "person").first()
    if found is None or _mark(found) != mark:
        return None
    return found if found.person_id in (known_as, joined_into(known_as)) else None


def also_theirs(*, user: Visitor, context: dict[str, object]) -> None:
    """On the page of somebody's own bookings: which have materials, and the seats that others booked for them."""
    if not user.is_authenticated:
        return
    assert isinstance(user, User)
    people = persons_of(user)
    bought = Booking.objects.filter(buyer__in=people, status__in=BOOKED).select_related("session")
    seats = Attendee.objects.filter(person__in=people, booking__status__in=BOOKED).exclude(booking__buyer__in=people)
    seats = seats.select_related("booking__session__course").order_by("-booking__session__starts_at")
    sessions = [*(booking.session for booking in bought), *(seat.booking.session for seat in seats)]
    having = _with_something_open(sessions)
    context["with_materials"] = {booking.pk for booking in bought if booking.session_id in having}
    context["own_seats"] = [(seat, attendee_token(seat)) for seat in seats if seat.booking.session_id in having]


def _with_something_open(sessions: Iterable[Session]) -> set[UUID]:
    """Of which of these sessions those booked see something now: one query for all of them."""
    sessions = list(sessions)
    ours = Q(session__in=[one.pk for one in sessions]) | Q(course__in={one.course_id for one in sessions})
    rows = Material.objects.there().filter(ours, audience=Audience.ATTENDEES) if sessions else []
    found = list(rows)
    return {
        session.pk
        for session in sessions
        for row in found
        if (row.session_id == session.pk or row.course_id == session.course_id) and window(row, session).is_open
    }
