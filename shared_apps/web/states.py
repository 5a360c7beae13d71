"""How a status looks, wherever it is shown: its tone, its drawing, and its word where the page gives none."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from shared_apps.core.types import Words


@dataclass(frozen=True)
class Look:
    """A tone is a colour with a meaning, the same for all that stands alike; the drawing says it without colour."""

    tone: str
    icon: str
    label: Words


GOOD, WAITS, BAD, OVER, AHEAD, BACK, PLAIN = (
    ("success", "circle-check"), ("warning", "clock"), ("error", "circle-alert"), ("muted", "circle-x"),
    ("info", "calendar"), ("info", "undo-2"), ("muted", "circle-dashed"),
)  # fmt: skip
STATES: dict[str, Look] = {
    # It is as it should be.
    "accepted": Look(*GOOD, _("Accepted")),
    "active": Look(*GOOD, _("Active")),
    "attended": Look(*GOOD, _("Attended")),
    "completed": Look(*GOOD, _("Completed")),
    "confirmed": Look(*GOOD, _("Confirmed")),
    "connected": Look(*GOOD, _("Connected")),
    "delivered": Look(*GOOD, _("Delivered")),
    "done": Look(*GOOD, _("Done")),
    "paid": Look(*GOOD, _("Paid")),
    "published": Look(*GOOD, _("Published")),
    "sent": Look(*GOOD, _("Sent")),
    "succeeded": Look(*GOOD, _("Succeeded")),
    "told": Look(*GOOD, _("Told")),
    "valid": Look(*GOOD, _("Valid")),
    "won": Look(*GOOD, _("Won")),
    # It waits for somebody, or is under way.
    "checkout": Look(*WAITS, _("Held for whoever is paying")),
    "deposit_paid": Look(*WAITS, _("Deposit paid")),
    "expiring": Look(*WAITS, _("Expires soon")),
    "held": Look(*WAITS, _("Held")),
    "in_progress": Look(*WAITS, _("In progress")),
    "inquiry": Look(*WAITS, _("Being asked about")),
    "office": Look(*WAITS, _("Held by the office")),
    "offer": Look(*WAITS, _("Offered to somebody")),
    "offered": Look(*WAITS, _("Offered")),
    "part_paid": Look(*WAITS, _("Part paid")),
    "pending": Look(*WAITS, _("Pending")),
    "processing": Look(*WAITS, _("Processing")),
    "provisioning": Look(*WAITS, _("Being set up")),
    "queued": Look(*WAITS, _("Waiting")),
    "running": Look(*WAITS, _("Under way")),
    "tentative": Look(*WAITS, _("Tentative")),
    "trial": Look(*WAITS, _("Trial")),
    "waiting": Look(*WAITS, _("Waiting")),
    # Somebody must do something, or it went wrong.
    "disputed": Look(*BAD, _("Disputed")),
    "failed": Look(*BAD, _("Failed")),
    "lost": Look(*BAD, _("Lost")),
    "no_show": Look(*BAD, _("Did not come")),
    "overdue": Look(*BAD, _("Overdue")),
    "revoked": Look(*BAD, _("Revoked")),
    "suspended": Look(*BAD, _("Suspended")),
    # It is over, and was not carried out.
    "absent": Look(*OVER, _("Absent")),
    "cancelled": Look(*OVER, _("Cancelled")),
    "closed": Look(*OVER, _("Closed")),
    "declined": Look(*OVER, _("Declined")),
    "expired": Look(*OVER, _("Expired")),
    "inactive": Look(*OVER, _("Inactive")),
    "lapsed": Look(*OVER, _("Lapsed")),
    "left": Look(*OVER, _("Left")),
    "void": Look(*OVER, _("Void")),
    "withdrawn": Look(*OVER, _("Withdrawn")),
    "withheld": Look(*OVER, _("Withheld")),
    # It lies ahead.
    "open": Look(*AHEAD, _("Open")),
    "scheduled": Look(*AHEAD, _("Scheduled")),
    "upcoming": Look(*AHEAD, _("Upcoming")),
    # It is another way now.
    "part_refunded": Look(*BACK, _("Part refunded")),
    "refunded": Look(*BACK, _("Refunded")),
    "rescheduled": Look(*BACK, _("Rescheduled")),
    # Nothing has been decided.
    "draft": Look(*PLAIN, _("Draft")),
    "processed": Look(*PLAIN, _("Processed")),
    "received": Look(*PLAIN, _("Received")),
}
UNKNOWN = Look(*PLAIN, "")
# What a table's own drawings may be; see `{% table_icons %}`.
ICONS = sorted({look.icon for look in STATES.values()} | {"lock", "eye-off"})


def look_of(state: str) -> Look:
    """How this status looks; one that nobody knows is plain."""
    return STATES.get(state, UNKNOWN)
