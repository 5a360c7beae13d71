"""The office's figures. Reads only; amounts in the tenant's currency, days in its zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Aggregate, Count, Q, QuerySet, Sum
from django.db.models.functions import TruncWeek
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_apps.accounts.models import Visitor
from shared_apps.core.time import local_today, now
from shared_apps.web.charts import Chart, Point
from shared_apps.web.templatetags.muster import day as day_text
from shared_apps.web.templatetags.muster import money
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.office.selectors import PAID_FOR, is_overdue, with_money
from tenant_apps.catalogue.models import Course
from tenant_apps.interest.models import InterestStatus
from tenant_apps.payments.models import Dispute, DisputeStatus, Payment, Refund, RefundStatus
from tenant_apps.people.models import Person
from tenant_apps.scheduling.models import OPEN, Session

WEEKS = 12
AHEAD = timedelta(days=28)  # seats filled, of the sessions of the next four weeks


@dataclass(frozen=True)
class Week:
    """One week's money and bookings."""

    starts: date
    revenue: Decimal
    bookings: int


@dataclass(frozen=True)
class Numbers:
    """How things stand. `weeks` end with the present one; revenue is what arrived less what went back.

    `courses` are those on the site, `sessions` those under way or to come. So many people have `asked_for` a date of
    `asked_courses` courses.
    """

    weeks: list[Week]
    seats_taken: int
    seats: int
    outstanding: Decimal
    overdue: Decimal
    courses: int
    sessions: int
    asked_for: int
    asked_courses: int

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
    def chart(self) -> Chart:
        """The money of each week."""
        points = [Point(day_text(week.starts, "d MMM"), week.revenue, (str(week.bookings),)) for week in self.weeks]
        return Chart(points, words=money)

    @property
    def heads(self) -> list[str]:
        """The heads of the chart's table."""
        return [_("Week of"), _("Received"), _("Bookings")]

    @property
    def bars(self) -> list[int]:
        """The bookings of each week as heights, 0-100."""
        most = max(week.bookings for week in self.weeks) or 1
        return [round(100 * week.bookings / most) for week in self.weeks]


def numbers() -> Numbers:
    """The dashboard's figures, in eight queries."""
    today = local_today()
    mondays = [today - timedelta(days=today.weekday(), weeks=n) for n in range(WEEKS - 1, -1, -1)]
    since = timezone.make_aware(datetime.combine(mondays[0], time.min))
    paid = _weekly(Payment.objects.all().that_came(), "completed_at", since, Sum("amount"))
    sent = Refund.objects.filter(status=RefundStatus.COMPLETED).of_money()
    back = _weekly(sent, "completed_at", since, Sum("amount"))
    lost = _weekly(Dispute.objects.filter(status=DisputeStatus.LOST), "closed_at", since, Sum("amount"))
    booked = _weekly(Booking.objects.all(), "confirmed_at", since, Count("pk"))
    revenue = [Decimal(paid.get(day, 0)) - Decimal(back.get(day, 0)) - Decimal(lost.get(day, 0)) for day in mondays]
    weeks = [Week(day, sum_, booked.get(day, 0)) for day, sum_ in zip(mondays, revenue, strict=True)]
    ahead = Session.objects.upcoming().filter(starts_at__lt=now() + AHEAD).order_by()
    seats = ahead.aggregate(taken=Sum("seats_taken"), all=Sum("capacity"))
    owed = with_money(Booking.objects.filter(status__in=PAID_FOR))
    due = owed.aggregate(all=Sum("money_due"), late=Sum("money_due", filter=is_overdue()))
    waits = Q(interest__status=InterestStatus.WAITING)
    courses = Course.objects.aggregate(
        public=Count("pk", filter=Q(published=True, active=True), distinct=True),
        asked_for=Count("interest", filter=waits, distinct=True), asked=Count("pk", filter=waits, distinct=True),
    )  # fmt: skip
    return Numbers(
        weeks, seats["taken"] or 0, seats["all"] or 0, due["all"] or Decimal(0), due["late"] or Decimal(0),
        courses["public"], Session.objects.filter(status__in=OPEN, ends_at__gt=now()).count(),
        courses["asked_for"], courses["asked"],
    )  # fmt: skip


def _weekly(rows: QuerySet[Any], moment: str, since: datetime, what: Aggregate) -> dict[date, Any]:
    weeks = rows.filter(**{f"{moment}__gte": since}).annotate(week=TruncWeek(moment)).values("week")
    return {row["week"].date(): row["sum"] for row in weeks.annotate(sum=what).order_by()}


def latest_bookings(user: Visitor, *, limit: int = 6) -> list[Booking]:
    """The bookings `user` may see that came last."""
    return list(Booking.objects.visible_to(user).select_related("session__course").order_by("-created_at")[:limit])


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


def _refund(row: Refund) -> str:
    """What a refund is called: whether it is there, on its way, or still to be handed over."""
    if row.status == RefundStatus.COMPLETED:
        return _("refund")
    return _("refund, to be handed over") if row.is_by_hand else _("refund, on its way")


def account_of(person: Person) -> Account:
    """The history of one person as a buyer, in three queries. `paid` is less what went back."""
    rows = Booking.objects.filter(buyer=person).select_related("session__course", "order")
    bookings = list(with_money(rows).order_by("-session__starts_at"))
    of_order = {booking.order_id: booking for booking in bookings if booking.order_id}
    payments = Payment.objects.filter(order__buyer=person).that_came()
    refunds = Refund.objects.filter(payment__order__buyer=person).of_money().exclude(status=RefundStatus.FAILED)
    moves = [
        Movement(row.completed_at, row.amount, row.currency, row.get_purpose_display(), of_order.get(row.order_id))
        for row in payments
        if row.completed_at
    ]
    moves += [
        Movement(
            row.created_at, row.amount, row.payment.currency, _refund(row), of_order.get(row.payment.order_id), True
        )
        for row in refunds.select_related("payment")
    ]
    moves.sort(key=lambda movement: movement.when, reverse=True)
    held = sum((booking.money_held for booking in bookings), Decimal(0))
    due = sum((booking.money_due for booking in bookings), Decimal(0))
    return Account(bookings, held, due, moves)
