"""What is taught when, by teaching day: a course under way is on the list on each of its days. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from shared_apps.accounts.models import Visitor
from shared_apps.core.time import local, local_today, midnight, now
from tenant_apps.bookings.models import STANDING, Booking
from tenant_apps.catalogue.colours import give_colours
from tenant_apps.scheduling.models import OPEN, Session, SessionDay, SessionStatus, TeamRole, team_at

TAUGHT = (*OPEN, SessionStatus.COMPLETED)


@dataclass(frozen=True)
class Teaching:
    """A day of a session: number `day` of its `days`, from `begins` to `ends`, and the bookings of who comes."""

    session: Session
    begins: datetime
    ends: datetime
    day: int
    days: int
    key: UUID  # of the day
    role: TeamRole | None = None  # of whoever looks, who is on its team
    bookings: list[Booking] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        return self.ends <= now()


@dataclass(frozen=True)
class Agenda:
    """The teaching days of today and of tomorrow, and the next ones."""

    today: list[Teaching]
    tomorrow: list[Teaching]
    next: list[Teaching]

    @property
    def next_day(self) -> list[Teaching]:
        """Those of `next` that are taught on the first day of them."""
        if not self.next:
            return []
        first = local(self.next[0].begins).date()
        return [card for card in self.next if local(card.begins).date() == first]

    def __bool__(self) -> bool:
        return bool(self.today or self.tomorrow or self.next)


def agenda(user: Visitor, *, most: int = 8, every_day: bool = False) -> Agenda:
    """What `user` may see of what is taught: today and tomorrow with who comes, then the next `most` days.

    After tomorrow each session stands there once, with its next day; `every_day`: with each of them. Days are those
    of the provider's calendar. A night that began yesterday is today's until it is over. Eight queries at most.
    """
    today = local_today()
    began, tomorrow, later = (midnight(today + timedelta(days=n)) for n in range(3))
    days = SessionDay.objects.filter(
        session__in=Session.objects.visible_to(user).filter(status__in=TAUGHT), live=True
    ).order_by("starts_at", "pk")
    days = days.select_related(
        "session__course__category", "session__trainer__person", "session__place", "session__room"
    )
    days = days.prefetch_related("session__days", team_at("session"))
    # However many days there are ahead, a list of the next few is made of few rows.
    ahead = days.filter(starts_at__gte=later)[: most if every_day else most * 6]
    soon = days.filter(starts_at__lt=later, ends_at__gt=began)
    cards = [_card(day, user) for day in soon if day.starts_at >= began or day.ends_at > now()]
    now_on = [card for card in cards if card.begins < tomorrow]
    then = [card for card in cards if card.begins >= tomorrow]
    shown = {} if every_day else {card.session.pk: card for card in cards}
    after = [_card(day, user) for day in ahead]
    if not every_day:
        first: dict[UUID, Teaching] = {}
        for card in after:
            if card.session.pk not in shown:
                first.setdefault(card.session.pk, card)
        after = list(first.values())[:most]
    found = Agenda(now_on, then, after)
    _add_bookings(user, [*now_on, *then, *(after if every_day else [] if now_on or then else found.next_day)])
    give_colours(card.session.course.category for card in (*now_on, *then, *after))
    return found


def _card(day: SessionDay, user: Visitor) -> Teaching:
    session = day.session
    keys = [one.pk for one in session.days.all()]
    role = session.role_of(user) if user.is_authenticated else None
    return Teaching(session, day.starts_at, day.ends_at, keys.index(day.pk) + 1, len(keys), day.pk, role)


def _add_bookings(user: Visitor, cards: Iterable[Teaching]) -> None:
    by_session: dict[UUID, list[Teaching]] = {}
    for card in cards:
        by_session.setdefault(card.session.pk, []).append(card)
    bookings = Booking.objects.visible_to(user).filter(session__in=by_session, status__in=STANDING)
    for booking in bookings.prefetch_related("attendees").order_by("contact_name"):
        for card in by_session[booking.session_id]:
            card.bookings.append(booking)
