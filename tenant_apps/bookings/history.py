"""What happened, told to the office: the timeline of a record, and the words for each event."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from shared_apps.accounts.roles import ROLES
from shared_apps.core.money import display
from shared_apps.events.models import Event
from tenant_apps.payments.models import Credit, Payment, Refund
from tenant_apps.payments.providers import PROVIDERS


@dataclass(frozen=True)
class Entry:
    """One thing that happened, for people."""

    title: str
    who: str
    when: datetime
    tone: str
    icon: str
    detail: str


TITLES: dict[str, tuple[Any, str, str]] = {
    "booking.held": (_("Seats held"), "muted", "hourglass"),
    "booking.changed": (_("Changed while held"), "muted", "pencil"),
    "booking.attendees_named": (_("Who is coming changed"), "muted", "users"),
    "booking.contact_corrected": (_("Who booked was corrected"), "muted", "pencil"),
    "booking.hold_extended": (_("More time to pay"), "muted", "hourglass"),
    "booking.confirmed": (_("Confirmed"), "success", "circle-check"),
    "booking.expired": (_("Hold ran out"), "warning", "timer-off"),
    "booking.cancelled": (_("Cancelled"), "error", "circle-x"),
    "booking.late_money_returned": (_("Money came too late and goes back"), "warning", "undo-2"),
    "booking.note_added": (_("Office note changed"), "muted", "notebook-pen"),
    "payment.received": (_("Paid"), "success", "banknote"),
    "payment.declined": (_("Payment declined"), "warning", "circle-alert"),
    "payment.wrong_amount": (_("Another sum arrived than was asked for"), "error", "circle-alert"),
    "payment.ended": (_("Payment ended unpaid"), "muted", "circle-x"),
    "order.cancelled": (_("Order cancelled"), "muted", "receipt"),
    "refund.requested": (_("Refund asked for"), "muted", "undo-2"),
    "refund.completed": (_("Refunded"), "success", "undo-2"),
    "refund.retried": (_("Refund tried again"), "muted", "undo-2"),
    "refund.dropped": (_("Refund that failed: settled otherwise"), "muted", "undo-2"),
    "credit.given": (_("Taken off the price"), "muted", "receipt"),
    "payment.refused": (_("Card payment refused"), "error", "circle-alert"),
    "payment.dispute_closed": (_("The bank has decided"), "warning", "circle-alert"),
    "payments.account_disconnected": (_("Cards switched off: Stripe refuses us"), "error", "circle-alert"),
    "payments.account_connected": (_("Cards switched on again"), "success", "circle-check"),
    "payment.disputed": (_("The bank wants the money back"), "error", "circle-alert"),
    "refund.failed": (_("Refund failed"), "error", "circle-alert"),
    "course.changed": (_("Course changed"), "muted", "pencil"),
    "place.changed": (_("Place changed"), "muted", "map-pin"),
    "settings.changed": (_("Settings changed"), "muted", "settings"),
    "student.access_changed": (_("Account"), "warning", "key-round"),
    "student.roles_changed": (_("Roles changed"), "warning", "shield-check"),
    "student.renamed": (_("Name changed"), "muted", "pencil"),
    "person.address_awaits_proof": (_("New email address, waiting for proof"), "info", "mail"),
    "person.joined": (_("Two records joined: both email addresses are theirs"), "info", "users"),
    "student.changed": (_("Student changed"), "muted", "pencil"),
    "student.activity_changed": (_("Student"), "muted", "archive"),
    "trainer.changed": (_("Trainer changed"), "muted", "pencil"),
    "trainer.activity_changed": (_("Trainer"), "muted", "eye-off"),
    "colleague.invited": (_("Invited to the team"), "info", "mail"),
    "colleague.roles_changed": (_("Roles changed"), "warning", "shield-check"),
    "colleague.access_changed": (_("Access"), "warning", "shield-check"),
    "colleague.renamed": (_("Name changed"), "muted", "pencil"),
    "outbox.run_again": (_("Tried once more by hand"), "muted", "rotate-cw"),
    "message.tried_again": (_("Email tried again"), "muted", "mail"),
    "booking.completed": (_("Session over, booking completed"), "success", "circle-check"),
    "session.moved": (_("Those booked were told of the change"), "info", "mail"),
    "session.began": (_("Began"), "info", "play"),
    "session.ended": (_("Over"), "muted", "flag"),
    "session.scheduled": (_("Put on the calendar"), "info", "calendar-plus"),
    "session.changed": (_("Changed"), "muted", "pencil"),
    "session.cancelled": (_("Called off"), "error", "circle-x"),
}
MADE = {
    "course.changed": (_("Course added"), "info", "plus"),
    "student.changed": (_("Student added"), "info", "plus"),
    "trainer.changed": (_("Trainer added"), "info", "plus"),
}
BY_LINK = {"booking.held", "booking.changed", "booking.attendees_named", "booking.hold_extended"}
MOST_FIELDS = 5
MONEY_FIELDS = {"price", "deposit_percent", "vat_rate", "vat_number"}
MONEY = ("payment", "refund", "order", "credit")  # what the names of events about money begin with
SWITCHED = {
    "student.access_changed": (_("May sign in again"), _("Closed: can't sign in")),
    "student": (_("Active again"), _("Made inactive")),
    "trainer": (_("Shown again"), _("Shown no longer")),
    "colleague": (_("May sign in again"), _("May sign in no longer")),
}
FIELDS = {
    "days": _("Days"), "online_url": _("Link"), "takes_bookings": _("Takes bookings"), "instructor_notes": _("Notes"),
    "contact_name": _("Name"), "contact_phone": _("Phone"),
    "vat_rate": _("VAT, per cent"), "default_capacity": _("Seats on a session"), "slug": _("Address"),
    "deposit_percent": _("Deposit, per cent"), "duration_minutes": _("Teaching time, minutes"),
    "price": _("Price"), "modules": _("Syllabus"), "cancellation_policy": _("Cancellation terms"),
    "hold_minutes": _("Minutes to pay"), "balance_due_days": _("Balance due, days before"),
    "takes_bank_transfer": _("Bank transfers"), "vat_number": _("VAT number"), "trainer_word": _("Word for a trainer"),
    "primary_colour": _("Main colour"), "accent_colour": _("Second colour"), "display_font": _("Headings"),
}  # fmt: skip


def history(*subjects: Any, money: bool = True) -> list[Entry]:
    """What happened to `subjects` (rows; None is passed over), newest first. Without `money` no word of it."""
    ids = [subject.pk for subject in subjects if subject is not None]
    events = list(Event.objects.filter(subject_id__in=ids).order_by("-id")[:200])
    if not money:
        events = [event for event in events if event.name.split(".")[0] not in MONEY]
    return entries_of(events, money=money)


def entries_of(events: Sequence[Event], *, money: bool = True) -> list[Entry]:
    """`events` in words, in their order. Without `money` no sums."""
    payments = _rows(Payment.objects.all(), events, "payment_id")
    refunds = _rows(Refund.objects.select_related("payment"), events, "refund_id")
    credits = _rows(Credit.objects.select_related("order"), events, "credit_id")
    entries = []
    for event in events:
        made = bool(event.payload.get("made"))
        unknown = (event.name.replace(".", " ").capitalize(), "muted", "circle-dot")  # of a former release
        title, tone, icon = (MADE if made else TITLES).get(event.name, unknown)
        detail = "" if made else _detail(event, payments, refunds, credits, money=money)
        entries.append(Entry(str(title), _who(event), event.created_at, tone, icon, detail))
    return entries


def _who(event: Event) -> str:
    """Who did it: a buyer who is not signed in has no name there. "" for what happens by itself."""
    by_buyer = event.name in BY_LINK or event.payload.get("by_buyer")
    return event.by_name or (_t("The customer") if by_buyer else "")


def field_name(field: str) -> str:
    """What a field is called on our pages."""
    return str(FIELDS.get(field, field.replace("_", " ").capitalize()))


def _roles(roles: Iterable[str]) -> str:
    return ", ".join(ROLES.get(role, role) for role in roles)


def _rows(rows: Any, events: Iterable[Event], key: str) -> dict[str, Any]:
    ids = {event.payload[key] for event in events if key in event.payload}
    return {str(row.pk): row for row in rows.filter(pk__in=ids)} if ids else {}


def _detail(
    event: Event, payments: dict[str, Any], refunds: dict[str, Any], credits: dict[str, Any], *, money: bool
) -> str:
    parts = [event.note] if event.note else []
    if refund := refunds.get(event.payload.get("refund_id", "")):
        parts.insert(0, display(refund.amount, refund.payment.currency))
        if event.name == "refund.failed":
            parts.append(refund.failure_reason)
    elif payment := payments.get(event.payload.get("payment_id", "")):
        by = PROVIDERS[payment.provider].label.lower() if payment.provider in PROVIDERS else payment.provider
        parts.insert(0, f"{display(payment.amount, payment.currency)}, {payment.get_purpose_display()}, {by}")
    if credit := credits.get(event.payload.get("credit_id", "")):
        parts.insert(0, display(credit.amount, credit.order.currency))
    if event.name == "payment.dispute_closed":
        parts.append(str(_("won: the money is here again") if event.payload["won"] else _("lost: the buyer has it")))
    if (reason := event.payload.get("reason")) and reason != event.note:
        parts.append(reason)
    parts += [
        _("%(field)s: %(before)s → %(after)s")
        % {"field": field_name(field), "before": before or _("nothing"), "after": after or _("nothing")}
        for field, (before, after) in event.payload.get("changes", {}).items()
        if money or field not in MONEY_FIELDS
    ]
    parts += _what_changed(event)
    if event.name == "booking.cancelled" and not event.payload.get("by_buyer"):
        parts.append(str(_("By the office")))
    return " · ".join(part for part in parts if part)


def _what_changed(event: Event) -> list[str]:
    """What an event of the office's own records says beyond its name."""
    payload = event.payload
    if event.name.endswith(".roles_changed"):
        before, after = (_roles(payload[side]) or _("nothing") for side in ("before", "after"))
        return [f"{before} → {after}"]
    if seats := payload.get("seats"):
        numbers = ", ".join(str(seat) for seat in seats)
        return [ngettext("Seat %s", "Seats %s", len(seats)) % numbers]
    if event.name == "colleague.invited":
        return [_roles(payload["roles"])]
    if event.name.endswith((".activity_changed", ".access_changed")):
        return [str((SWITCHED.get(event.name) or SWITCHED[event.name.split(".")[0]])[not payload["active"]])]
    if event.name.endswith((".changed", ".contact_corrected")) and isinstance(payload.get("fields"), list):
        fields = [field_name(field) for field in payload["fields"] if field not in payload.get("changes", {})]
        more = [str(_("and %d more")) % (len(fields) - MOST_FIELDS)] if len(fields) > MOST_FIELDS + 1 else []
        return [", ".join([*fields[:MOST_FIELDS], *more] if more else fields)]
    return []
