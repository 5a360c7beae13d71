"""What the office sees of bookings: money beside each row, a record's history, what calling off would cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, DecimalField, Exists, F, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Coalesce, Greatest

from shared_apps.core.money import display
from shared_apps.core.time import now
from shared_apps.events.models import Event
from tenant_apps.bookings.models import LIVE, Attendee, Booking, BookingQuerySet, BookingStatus
from tenant_apps.payments.models import OrderStatus, Payment, PaymentStatus, Refund, RefundStatus
from tenant_apps.payments.providers import PROVIDERS
from tenant_apps.scheduling.models import Session

AMOUNT: Any = DecimalField(max_digits=12, decimal_places=2)
NOTHING = Decimal(0)
OWING = (*LIVE, BookingStatus.COMPLETED)


def with_money(bookings: Any) -> Any:
    """Each booking with `money_held` and `money_due`, as `Order.held` and `.due` say.

    An expired or cancelled booking owes nothing.
    """
    paid = Payment.objects.filter(order=OuterRef("order"), status=PaymentStatus.COMPLETED).values("order")
    back = Refund.objects.filter(payment__order=OuterRef("order")).exclude(status=RefundStatus.FAILED)
    total = F("order__total")
    return bookings.annotate(
        money_held=Coalesce(Subquery(paid.annotate(sum=Sum("amount")).values("sum")), NOTHING, output_field=AMOUNT)
        - Coalesce(
            Subquery(back.values("payment__order").annotate(sum=Sum("amount")).values("sum")),
            NOTHING,
            output_field=AMOUNT,
        )
    ).annotate(
        money_due=Case(
            When(
                Q(status__in=OWING, order__isnull=False) & ~Q(order__status=OrderStatus.CANCELLED),
                then=Greatest(total - F("money_held"), NOTHING, output_field=AMOUNT),
            ),
            default=NOTHING,
            output_field=AMOUNT,
        )
    )


def overdue(bookings: Any) -> Any:
    """Those confirmed on a deposit whose balance should have come by now."""
    late = Q(money_due__gt=0, status=BookingStatus.CONFIRMED, order__balance_due_at__lt=now())
    return with_money(bookings).filter(late)


def find_bookings(bookings: BookingQuerySet, text: str) -> BookingQuerySet:
    """Those whose reference, names, email, phone or company contain every word of `text`."""
    for word in text.split():
        named = Attendee.objects.filter(booking=OuterRef("pk"), name__icontains=word)
        bookings = bookings.filter(
            Q(reference__icontains=word) | Q(contact_name__icontains=word) | Q(buyer__name__icontains=word)
            | Q(buyer__email__icontains=word) | Q(contact_phone__icontains=word) | Q(buyer__phone__icontains=word)
            | Q(company__icontains=word) | Exists(named)
        )  # fmt: skip
    return bookings


@dataclass(frozen=True)
class CallingOff:
    """What cancelling a session does: how many bookings end, on how many seats, and what goes back to whom paid."""

    bookings: int
    seats: int
    money: Decimal


def calling_off(session: Session) -> CallingOff:
    """What `cancel_session` would do now. The money is in the tenant's currency."""
    rows = with_money(Booking.objects.live().filter(session=session)).order_by()
    sums = rows.aggregate(seats=Sum("seats"), money=Sum("money_held"))
    return CallingOff(rows.count(), sums["seats"] or 0, sums["money"] or NOTHING)


@dataclass(frozen=True)
class Entry:
    """One thing that happened, for people."""

    title: str
    who: str
    when: datetime
    tone: str
    icon: str
    detail: str


TITLES = {
    "booking.held": ("Seats held", "muted", "hourglass"),
    "booking.changed": ("Changed while held", "muted", "pencil"),
    "booking.confirmed": ("Confirmed", "success", "circle-check"),
    "booking.expired": ("Hold ran out", "warning", "timer-off"),
    "booking.cancelled": ("Cancelled", "error", "circle-x"),
    "booking.late_money_returned": ("Money came too late and goes back", "warning", "undo-2"),
    "booking.note_added": ("Office note changed", "muted", "notebook-pen"),
    "payment.received": ("Paid", "success", "banknote"),
    "payment.declined": ("Payment declined", "warning", "circle-alert"),
    "payment.ended": ("Payment ended unpaid", "muted", "circle-x"),
    "order.cancelled": ("Order cancelled", "muted", "receipt"),
    "refund.requested": ("Refund asked for", "muted", "undo-2"),
    "refund.completed": ("Refunded", "success", "undo-2"),
    "refund.retried": ("Refund tried again", "muted", "undo-2"),
    "payment.disputed": ("The bank wants the money back", "error", "circle-alert"),
    "refund.failed": ("Refund failed", "error", "circle-alert"),
    "session.scheduled": ("Put on the calendar", "info", "calendar-plus"),
    "session.changed": ("Changed", "muted", "pencil"),
    "session.cancelled": ("Called off", "error", "circle-x"),
}
FIELDS = {"days": "Days", "online_url": "Link", "takes_bookings": "Takes bookings", "instructor_notes": "Notes"}


def history(*subjects: Any, money: bool = True) -> list[Entry]:
    """What happened to `subjects` (rows; None is passed over), newest first. Without `money` no word of it."""
    ids = [subject.pk for subject in subjects if subject is not None]
    events = list(Event.objects.filter(subject_id__in=ids).order_by("-id")[:200])
    if not money:
        events = [event for event in events if event.name.split(".")[0] not in ("payment", "refund", "order")]
    payments, refunds = _rows(Payment, events, "payment_id"), _rows(Refund, events, "refund_id")
    entries = []
    for event in events:
        title, tone, icon = TITLES.get(event.name, (event.name.replace(".", " ").capitalize(), "muted", "circle-dot"))
        detail = _detail(event, payments, refunds, money=money)
        entries.append(Entry(title, event.by_name, event.created_at, tone, icon, detail))
    return entries


def _rows(model: Any, events: Iterable[Event], key: str) -> dict[str, Any]:
    ids = {event.payload[key] for event in events if key in event.payload}
    return {str(row.pk): row for row in model.objects.filter(pk__in=ids)} if ids else {}


def _detail(event: Event, payments: dict[str, Any], refunds: dict[str, Any], *, money: bool) -> str:
    parts = [event.note] if event.note else []
    if refund := refunds.get(event.payload.get("refund_id", "")):
        currency = payments[str(refund.payment_id)].currency if str(refund.payment_id) in payments else ""
        parts.insert(0, display(refund.amount, currency) if currency else f"{refund.amount}")
        if event.name == "refund.failed":
            parts.append(refund.failure_reason)
    elif payment := payments.get(event.payload.get("payment_id", "")):
        by = PROVIDERS[payment.provider].label.lower() if payment.provider in PROVIDERS else payment.provider
        parts.insert(0, f"{display(payment.amount, payment.currency)}, {payment.get_purpose_display()}, {by}")
        if payment.provider_transaction_id and event.name == "payment.received":
            parts.append(payment.provider_transaction_id)
    if reason := event.payload.get("reason"):
        parts.append(reason)
    if event.name == "session.changed":
        parts += [
            f"{FIELDS.get(field, field.capitalize())}: {before or 'nothing'} → {after or 'nothing'}"
            for field, (before, after) in event.payload["changes"].items()
            if money or field != "price"
        ]
    if event.name == "booking.cancelled" and not event.payload.get("by_buyer"):
        parts.append("By the office")
    return " · ".join(part for part in parts if part)
