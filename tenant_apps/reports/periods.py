"""What a period brought, course by course. Reads only; amounts in the tenant's currency, days in its zone."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from django.db.models import Aggregate, Count, Exists, OuterRef, Q, QuerySet, Sum

from shared_apps.core.money import divide
from shared_apps.core.time import midnight
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.catalogue.models import Course
from tenant_apps.payments.models import (
    Dispute,
    DisputeStatus,
    Payment,
    Refund,
    RefundStatus,
)
from tenant_apps.payments.models.balances import PENNY
from tenant_apps.payments.parts import sold_for

Moved: TypeAlias = QuerySet[Payment] | QuerySet[Refund] | QuerySet[Dispute]
Rows: TypeAlias = Moved | QuerySet[Booking]
ByCourse: TypeAlias = dict[UUID, dict[str, Decimal]]  # sums and counts


@dataclass(frozen=True)
class Figures:
    """`revenue` is what arrived less what went back, and so many `bookings` were confirmed.

    Of the bookings of sessions that ended, `ended` in number, so many were `completed`; the others were cancelled.
    """

    revenue: Decimal = Decimal(0)
    bookings: int = 0
    ended: int = 0
    completed: int = 0
    course: Course | None = None

    @property
    def completion_rate(self) -> int | None:
        """Completed bookings in per cent of those whose session ended; None where none did."""
        return round(100 * self.completed / self.ended) if self.ended else None


@dataclass(frozen=True)
class Period:
    """From `first` to `last`, both included: all of it, and what each course had of it, by revenue."""

    first: date
    last: date
    total: Figures
    courses: list[Figures]


def period(first: date, last: date) -> Period:
    """The figures of the days from `first` to `last`, in five queries."""
    begins, ends = midnight(first), midnight(last, after=True)

    def by_course(rows: Rows, moment: str, course: str, **what: Aggregate) -> ByCourse:
        within = rows.filter(**{f"{moment}__gte": begins, f"{moment}__lt": ends}).order_by()
        return {row.pop(course): row for row in within.values(course).annotate(**what)}

    def money(rows: Moved, moment: str, *, payment: str = "") -> ByCourse:
        several = _is_shared(f"{payment}order")
        sums = by_course(rows.exclude(several), moment, f"{payment}order__bookings__session__course", sum=Sum("amount"))
        within = rows.filter(several, **{f"{moment}__gte": begins, f"{moment}__lt": ends})
        for row in within.select_related(f"{payment}order").order_by("pk"):
            for course, part in _parts(row, getattr(row, moment)):
                sums.setdefault(course, {"sum": Decimal(0)})["sum"] += part
        return sums

    paid = money(Payment.objects.all().that_came(), "completed_at")
    sent = Refund.objects.filter(status=RefundStatus.COMPLETED).of_money()
    back = money(sent, "completed_at", payment="payment__")
    lost = money(Dispute.objects.filter(status=DisputeStatus.LOST), "closed_at", payment="payment__")
    booked = by_course(Booking.objects.all(), "confirmed_at", "session__course", n=Count("pk"))
    ended = by_course(
        Booking.objects.filter(confirmed_at__isnull=False), "session__ends_at", "session__course",
        n=Count("pk"), completed=Count("pk", filter=Q(status=BookingStatus.COMPLETED)),
    )  # fmt: skip

    courses = {course.pk: course for course in Course.objects.filter(pk__in={*paid, *back, *lost, *booked, *ended})}
    brought = {pk: _sum(paid, pk) - _sum(back, pk) - _sum(lost, pk) for pk in courses}
    figures = [
        Figures(
            brought[pk].quantize(PENNY), _count(booked, pk, "n"), _count(ended, pk, "n"),
            _count(ended, pk, "completed"), course,
        )
        for pk, course in courses.items()
    ]  # fmt: skip
    total = Figures(
        sum(brought.values(), Decimal(0)).quantize(PENNY), sum(one.bookings for one in figures),
        sum(one.ended for one in figures), sum(one.completed for one in figures),
    )  # fmt: skip
    return Period(first, last, total, sorted(figures, key=lambda one: (-one.revenue, str(one.course))))


def _count(rows: ByCourse, pk: UUID, what: str) -> int:
    return int(rows.get(pk, {}).get(what, 0))


def _is_shared(order: str) -> Exists:
    """Whether several bookings are on the order in the column `order`."""
    on_it = Booking.objects.filter(order=OuterRef(order)).order_by().values("order")
    return Exists(on_it.annotate(n=Count("pk")).filter(n__gt=1))


def _parts(row: Payment | Refund | Dispute, at: datetime) -> list[tuple[UUID, Decimal]]:
    """Of an order of several bookings, how much of `row` is of which course: of those that stood then, by price."""
    order = row.order if isinstance(row, Payment) else row.payment.order
    on_it = list(order.bookings.select_related("session").order_by("pk"))
    if isinstance(row, Refund) and row.item_id:
        stood = [one for one in on_it if one.pk == row.item_id]
    else:
        kept = [one for one in on_it if one.status != BookingStatus.EXPIRED]
        stood = [one for one in kept if one.cancelled_at is None or one.cancelled_at > at] or kept or on_it
    prices = sold_for(order)
    parts = divide(row.amount, [prices.get(one.pk, Decimal(0)) for one in stood], order.currency)
    return [(one.session.course_id, part) for one, part in zip(stood, parts, strict=True)]


def _sum(rows: ByCourse, pk: UUID) -> Decimal:
    return rows.get(pk, {}).get("sum") or Decimal(0)
