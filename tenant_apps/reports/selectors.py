"""The office's figures. Reads only; amounts in the tenant's currency, days in its zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncWeek
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shared_apps.core.money import display
from shared_apps.core.templatetags.muster import clock
from shared_apps.core.templatetags.muster import day as day_text
from shared_apps.core.time import now
from tenant_apps.bookings.models import LIVE, Booking, BookingStatus
from tenant_apps.bookings.office_selectors import overdue, with_money
from tenant_apps.branding.models import Brand
from tenant_apps.catalogue.models import Course
from tenant_apps.messaging.models import Message, MessageStatus
from tenant_apps.payments.models import Payment, PaymentStatus, Refund, RefundStatus
from tenant_apps.people.models import Person, Trainer
from tenant_apps.scheduling.models import Session, SessionStatus

WEEKS = 12
AHEAD = timedelta(days=28)  # seats filled, of the sessions of the next four weeks
SOON = timedelta(days=14)
EMAIL_TROUBLE = Q(status=MessageStatus.FAILED) | Q(status=MessageStatus.QUEUED, attempts__gte=3)


@dataclass(frozen=True)
class Week:
    """One week's money and bookings; `height` is its share of the best week, 0-1000, `x` its place in the chart."""

    starts: date
    revenue: Decimal
    bookings: int
    height: int
    x: int

    @property
    def y(self) -> int:
        return 1000 - self.height


@dataclass(frozen=True)
class Numbers:
    """How things stand. `weeks` end with the present one; revenue is what arrived less what went back."""

    weeks: list[Week]
    seats_taken: int
    seats: int
    outstanding: Decimal
    overdue: Decimal

    @property
    def this_week(self) -> Week:
        return self.weeks[-1]

    @property
    def last_week(self) -> Week:
        return self.weeks[-2]

    @property
    def filled(self) -> int | None:
        """Seats taken of the sessions of the next four weeks, in per cent; None when there are none."""
        return round(100 * self.seats_taken / self.seats) if self.seats else None

    @property
    def best(self) -> Decimal:
        return max(week.revenue for week in self.weeks)

    @property
    def bars(self) -> list[int]:
        """The bookings of each week as heights, 0-100."""
        most = max(week.bookings for week in self.weeks) or 1
        return [round(100 * week.bookings / most) for week in self.weeks]


def numbers() -> Numbers:
    """The dashboard's figures, in five queries."""
    today = timezone.localdate()
    mondays = [today - timedelta(days=today.weekday(), weeks=n) for n in range(WEEKS - 1, -1, -1)]
    since = timezone.make_aware(datetime.combine(mondays[0], time.min))
    paid = _weekly(Payment.objects.filter(status=PaymentStatus.COMPLETED), "completed_at", since, Sum("amount"))
    back = _weekly(Refund.objects.filter(status=RefundStatus.COMPLETED), "completed_at", since, Sum("amount"))
    booked = _weekly(Booking.objects.all(), "confirmed_at", since, Count("pk"))
    revenue = [Decimal(paid.get(day, 0)) - Decimal(back.get(day, 0)) for day in mondays]
    best = max(*revenue, Decimal(1))
    weeks = [
        Week(day, sum_, booked.get(day, 0), max(0, int(1000 * sum_ / best)), n * 100 + 15)
        for n, (day, sum_) in enumerate(zip(mondays, revenue, strict=True))
    ]
    ahead = Session.objects.upcoming().filter(starts_at__lt=now() + AHEAD).order_by()
    seats = ahead.aggregate(taken=Sum("booked_spots"), all=Sum("capacity"))
    owed = with_money(Booking.objects.filter(status__in=[BookingStatus.CONFIRMED, BookingStatus.COMPLETED]))
    late = Q(status=BookingStatus.CONFIRMED, order__balance_due_at__lt=now())
    due = owed.aggregate(all=Sum("money_due"), late=Sum("money_due", filter=late))
    return Numbers(
        weeks, seats["taken"] or 0, seats["all"] or 0, due["all"] or Decimal(0), due["late"] or Decimal(0)
    )  # fmt: skip


def _weekly(rows: Any, moment: str, since: datetime, what: Any) -> dict[date, Any]:
    weeks = rows.filter(**{f"{moment}__gte": since}).annotate(week=TruncWeek(moment)).values("week")
    return {row["week"].date(): row["sum"] for row in weeks.annotate(sum=what).order_by()}


@dataclass(frozen=True)
class Task:
    """Something a person should look at: `page` is the URL's name, `pk` the record's (None: there is none to open)."""

    tone: str
    icon: str
    title: str
    detail: str
    page: str = ""
    pk: UUID | None = None


def tasks() -> list[Task]:
    """What waits for somebody, the most pressing first, in five queries."""
    return [*_failed_refunds(), *_failed_emails(), *_overdue(), *_ending_holds(), *_odd_sessions()]


def _failed_refunds() -> list[Task]:
    rows = Refund.objects.filter(status=RefundStatus.FAILED, created_at__gte=now() - timedelta(days=60))
    rows = rows.select_related("payment__order__booking", "payment__order__buyer").order_by("-created_at")[:5]
    return [
        Task(
            "error", "circle-alert",
            _("%(sum)s could not be sent back to %(name)s")
            % {"sum": display(row.amount, row.payment.currency), "name": row.payment.order.buyer},
            row.failure_reason,
            "office:booking", booking.pk if (booking := getattr(row.payment.order, "booking", None)) else None,
        )
        for row in rows
    ]  # fmt: skip


def _failed_emails() -> list[Task]:
    rows = list(Message.objects.filter(EMAIL_TROUBLE).order_by("-created_at").values_list("to", flat=True)[:50])
    if not rows:
        return []
    title = ngettext("%d email did not go out", "%d emails did not go out", len(rows)) % len(rows)
    return [Task("error", "mail-warning", title, ", ".join(dict.fromkeys(rows[:3])))]


def _overdue() -> list[Task]:
    rows = overdue(Booking.objects.all()).select_related("order", "session__course").order_by("order__balance_due_at")
    return [
        Task(
            "warning", "banknote",
            _("%(sum)s is overdue from %(name)s")
            % {"sum": display(row.money_due, row.order.currency), "name": row.contact_name},
            f"{row.session.course}, {day_text(row.session.starts_at, 'd MMM')}",
            "office:booking", row.pk,
        )
        for row in rows[:5]
    ]  # fmt: skip


def _ending_holds() -> list[Task]:
    rows = Booking.objects.filter(
        status=BookingStatus.PENDING, hold_expires_at__gt=now(), hold_expires_at__lt=now() + timedelta(hours=24)
    )
    return [
        Task(
            "info", "hourglass",
            ngettext(
                "%(n)d seat held by %(name)s until %(time)s", "%(n)d seats held by %(name)s until %(time)s", row.seats
            )
            % {"n": row.seats, "name": row.contact_name, "time": _until(row.hold_expires_at)},
            f"{row.session.course}, {day_text(row.session.starts_at, 'd MMM')}",
            "office:booking", row.pk,
        )
        for row in rows.select_related("session__course").order_by("hold_expires_at")[:5]
    ]  # fmt: skip


def _until(moment: datetime | None) -> str:
    """`18:24`, with the day when it is not today."""
    if moment is None or timezone.localtime(moment).date() == timezone.localdate():
        return clock(moment)
    return f"{day_text(moment, 'EEE d MMM')}, {clock(moment)}"


def _odd_sessions() -> list[Task]:
    """Soon and nearly empty, or nearly full: the one may want a push, the other another date."""
    soon = Session.objects.upcoming().filter(starts_at__lt=now() + SOON)
    empty = Q(booked_spots__lt=F("capacity") * 0.34)
    full = Q(booked_spots__lt=F("capacity"), booked_spots__gte=F("capacity") * 0.85)
    tasks = []
    for row in soon.filter(empty | full).select_related("course")[:6]:
        nearly_full = row.booked_spots * 3 >= row.capacity
        title = _("%s is nearly full") if nearly_full else _("%s has few bookings")
        detail = _("%(day)s, %(taken)d of %(all)d seats") % {
            "day": day_text(row.starts_at, "EEE d MMM"), "taken": row.booked_spots, "all": row.capacity,
        }  # fmt: skip
        icon = "trending-up" if nearly_full else "trending-down"
        tasks.append(Task("info", icon, title % row.course, detail, "office:session", row.pk))
    return tasks


@dataclass(frozen=True)
class Step:
    """One step of the way to a first booking; `page` is the URL's name."""

    title: str
    detail: str
    page: str
    done: bool


def first_steps() -> list[Step]:
    """What a new provider still has to do; nothing once somebody has booked."""
    if Booking.objects.exists():
        return []
    brand, courses = Brand.objects.load(), Course.objects.all()
    dated = Session.objects.exists()
    look = _("Colours, a logo, and a line about what you teach.")
    what = _("What it is, what it costs, what people leave with.")
    return [
        Step(_("Make it yours"), look, "office:settings", bool(brand.tagline)),
        Step(
            _("Say who teaches"), _("People choose a course for its trainer."),
            "office:trainer_new", Trainer.objects.exists(),
        ),
        Step(_("Add a course"), what, "office:course_new", courses.exists()),
        Step(_("Put it on the calendar"), _("A first date, with a place and seats."), "office:courses", dated),
        Step(
            _("Publish it"), _("It appears on your site, ready to be booked."),
            "office:courses", courses.public().exists(),
        ),
    ]  # fmt: skip


def next_sessions(user: Any, *, limit: int = 7) -> list[Session]:
    """The sessions `user` may see that start next."""
    rows = Session.objects.visible_to(user).upcoming().select_related("course", "trainer__person", "place")
    return list(rows[:limit])


@dataclass(frozen=True)
class Teaching:
    """A trainer's session with the bookings on it, which come with their attendees.

    `begins` and `ends` are those of its day today, or of its first day; `day` is that day's number of `days`.
    """

    session: Session
    begins: datetime
    ends: datetime
    day: int
    days: int
    bookings: list[Booking]


def teaching(user: Any) -> tuple[list[Teaching], list[Teaching]]:
    """The sessions of `user` today, and the next ones, each with who comes. Four queries."""
    today = timezone.localdate()
    tonight = timezone.make_aware(datetime.combine(today, time.max))
    mine = Session.objects.visible_to(user).exclude(status__in=[SessionStatus.CANCELLED, SessionStatus.RESCHEDULED])
    mine = mine.select_related("course", "place", "room").prefetch_related("days").order_by("starts_at")
    begun = mine.filter(starts_at__lte=tonight, ends_at__gt=now() - timedelta(days=1))
    cards = [card for session in begun if (card := _on(session, today))]
    ahead = [card for session in mine.filter(starts_at__gt=tonight)[:6] if (card := _on(session, None))]
    by_session = {card.session.pk: card for card in [*cards, *ahead]}
    coming = [*LIVE, BookingStatus.COMPLETED]
    bookings = Booking.objects.visible_to(user).filter(session__in=by_session, status__in=coming)
    for booking in bookings.prefetch_related("attendees").order_by("contact_name"):
        by_session[booking.session_id].bookings.append(booking)
    return cards, ahead


def _on(session: Session, today: date | None) -> Teaching | None:
    """`session` as it is taught `today`, or on its first day (None); None when it is not taught that day."""
    days = list(session.days.all())
    for n, day in enumerate(days, 1):
        if today is None or timezone.localtime(day.starts_at).date() == today:
            return Teaching(session, day.starts_at, day.ends_at, n, len(days), [])
    return None


@dataclass(frozen=True)
class Movement:
    """Money that came, or went `back`."""

    when: datetime
    amount: Decimal
    currency: str
    what: str
    booking: Booking | None
    back: bool = False


@dataclass(frozen=True)
class Account:
    """What a person booked and paid: their bookings with money, and each movement of it, newest first."""

    bookings: list[Booking]
    paid: Decimal
    due: Decimal
    movements: list[Movement]


def account_of(person: Person) -> Account:
    """The history of one person as a buyer, in three queries. `paid` is less what went back."""
    rows = Booking.objects.filter(buyer=person).select_related("session__course", "order")
    bookings = list(with_money(rows).order_by("-session__starts_at"))
    of_order = {booking.order_id: booking for booking in bookings if booking.order_id}
    payments = Payment.objects.filter(order__buyer=person, status=PaymentStatus.COMPLETED)
    refunds = Refund.objects.filter(payment__order__buyer=person).exclude(status=RefundStatus.FAILED)
    moves = [
        Movement(row.completed_at, row.amount, row.currency, row.get_purpose_display(), of_order.get(row.order_id))
        for row in payments
        if row.completed_at
    ]
    moves += [
        Movement(
            row.created_at, row.amount, row.payment.currency, _("refund"), of_order.get(row.payment.order_id), True
        )
        for row in refunds.select_related("payment")
    ]
    moves.sort(key=lambda movement: movement.when, reverse=True)
    held = sum((booking.money_held for booking in bookings), Decimal(0))
    due = sum((booking.money_due for booking in bookings), Decimal(0))
    return Account(bookings, held, due, moves)
