"""What a period brought, course by course. Reads only; amounts in the tenant's currency, days in its zone."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from shared_apps.core.time import midnight
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.catalogue.models import Course
from tenant_apps.payments.models import Dispute, DisputeStatus, Payment, PaymentStatus, Refund, RefundStatus


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

    def by_course(rows: Any, moment: str, course: str, **what: Any) -> dict[Any, Any]:
        within = rows.filter(**{f"{moment}__gte": begins, f"{moment}__lt": ends}).order_by()
        return {row.pop(course): row for row in within.values(course).annotate(**what)}

    paid = by_course(
        Payment.objects.filter(status=PaymentStatus.COMPLETED),
        "completed_at", "order__booking__session__course", sum=Sum("amount"),
    )  # fmt: skip
    of_payment = "payment__order__booking__session__course"
    back = by_course(
        Refund.objects.filter(status=RefundStatus.COMPLETED), "completed_at", of_payment, sum=Sum("amount")
    )  # fmt: skip
    lost = by_course(Dispute.objects.filter(status=DisputeStatus.LOST), "closed_at", of_payment, sum=Sum("amount"))
    booked = by_course(Booking.objects.all(), "confirmed_at", "session__course", n=Count("pk"))
    ended = by_course(
        Booking.objects.filter(confirmed_at__isnull=False), "session__ends_at", "session__course",
        n=Count("pk"), completed=Count("pk", filter=Q(status=BookingStatus.COMPLETED)),
    )  # fmt: skip

    courses = {course.pk: course for course in Course.objects.filter(pk__in={*paid, *back, *lost, *booked, *ended})}
    figures = [
        Figures(
            _sum(paid, pk) - _sum(back, pk) - _sum(lost, pk), booked.get(pk, {}).get("n", 0),
            ended.get(pk, {}).get("n", 0), ended.get(pk, {}).get("completed", 0), course,
        )
        for pk, course in courses.items()
    ]  # fmt: skip
    total = Figures(
        sum((one.revenue for one in figures), Decimal(0)), sum(one.bookings for one in figures),
        sum(one.ended for one in figures), sum(one.completed for one in figures),
    )  # fmt: skip
    return Period(first, last, total, sorted(figures, key=lambda one: (-one.revenue, str(one.course))))


def _sum(rows: dict[Any, Any], pk: Any) -> Decimal:
    return rows.get(pk, {}).get("sum") or Decimal(0)
