"""What a period brought, course by course. Reads only; amounts in the tenant's currency, days in its zone."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from django.db.models import Aggregate, Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce, NullIf

from shared_apps.core.time import midnight
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.services import SOLD_AS
from tenant_apps.catalogue.models import Course
from tenant_apps.payments.models import (
    Dispute,
    DisputeStatus,
    OrderLine,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from tenant_apps.payments.models.balances import AMOUNT, PENNY

Rows: TypeAlias = QuerySet[Payment] | QuerySet[Refund] | QuerySet[Dispute] | QuerySet[Booking]
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

    def money(rows: Rows, moment: str, *, payment: str = "") -> ByCourse:
        part = _part_of_booking(payment, of_one=rows.model is Refund)
        return by_course(rows, moment, f"{payment}order__bookings__session__course", sum=Sum(part))

    paid = money(Payment.objects.filter(status=PaymentStatus.COMPLETED), "completed_at")
    back = money(Refund.objects.filter(status=RefundStatus.COMPLETED), "completed_at", payment="payment__")
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


def _part_of_booking(payment: str, *, of_one: bool = False) -> Case:
    """Of an amount, the part of each booking on its order: as large as of the price it was sold at.

    What may be `of_one` of them says so, and then it is of that alone.
    """
    bookings = f"{payment}order__bookings"
    sold = (
        OrderLine.objects.filter(undoes=None, item_type=SOLD_AS, order=OuterRef(f"{payment}order"))
        .order_by()
        .values("order")
    )
    whole = Subquery(sold.annotate(sum=Sum("amount")).values("sum"))
    own = Subquery(sold.filter(item_id=OuterRef(f"{bookings}__pk")).annotate(sum=Sum("amount")).values("sum"))
    others = Booking.objects.filter(order=OuterRef(f"{payment}order")).exclude(pk=OuterRef(f"{bookings}__pk"))
    part = F("amount") * Coalesce(own, Decimal(0)) / NullIf(whole, Decimal(0))
    ways = [When(Exists(others), then=part)]
    if of_one:
        named = When(item_id=F(f"{bookings}__pk"), then=F("amount"))
        ways = [named, When(item_id__isnull=False, then=Decimal(0)), *ways]
    return Case(*ways, default=F("amount"), output_field=AMOUNT)


def _sum(rows: ByCourse, pk: UUID) -> Decimal:
    return rows.get(pk, {}).get("sum") or Decimal(0)
