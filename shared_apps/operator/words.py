"""What the platform's home page says, and the picture of the product beside it."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from shared_apps.core.time import now

STEPS = [
    {
        "title": _("Describe your courses"),
        "text": _("Syllabus, price, who teaches, what to bring. Pictures are drawn in your colours."),
    },
    {
        "title": _("Put dates on the calendar"),
        "text": _("One day or many, in the room, online or both. A trainer or a room is never in two places."),
    },
    {
        "title": _("People book and pay"),
        "text": _("In full or with a deposit, by card, on any phone. The seat is theirs while they pay."),
    },
    {
        "title": _("Teach"),
        "text": _("Confirmations, calendar files and receipts go out by themselves. Cancellations follow your policy."),
    },
]
PROMISES = [
    {
        "icon": "armchair",
        "title": _("No seat sold twice"),
        "text": _("However many people reach for the last one, one of them gets it and nobody else is charged."),
    },
    {
        "icon": "palette",
        "title": _("Your brand, readable"),
        "text": _("Give two colours. We derive the rest and keep every text legible, in light and in dark."),
    },
    {
        "icon": "banknote",
        "title": _("Money that adds up"),
        "text": _("Deposits, balances and refunds by your own terms, to the penny, straight to your account."),
    },
    {
        "icon": "shield-check",
        "title": _("Yours alone"),
        "text": _("Each provider's data lives in a place of its own that no other provider can reach."),
    },
    {
        "icon": "accessibility",
        "title": _("For everybody"),
        "text": _("By keyboard, by screen reader, on an old phone, without JavaScript: the road to a seat is open."),
    },
    {
        "icon": "plug",
        "title": _("Open to your systems"),
        "text": _("All that the pages do, your own software can do through a documented API."),
    },
]
AUDIENCES = [
    {"title": _("Training centres"), "text": _("Assessments, refreshers and workshops with a fixed number of places.")},
    {
        "title": _("Driving schools"),
        "text": _("Theory evenings and first-aid days, with instructors."),
    },
    {
        "title": _("Academies and clubs"),
        "text": _("Coding for kids, evening classes for adults, each to its own."),
    },
    {"title": _("Corporate trainers"), "text": _("Open dates for everyone, private ones for a single company.")},
]


def preview(moment: datetime | None = None) -> list[dict[str, Any]]:
    """Three made-up dates for the picture of the product."""
    start = (moment or now()).replace(hour=9, minute=0)
    rows = [(11, _("Workshop, Bristol"), 5), (25, _("Online"), 2), (39, _("Workshop, Bristol"), 0)]
    return [
        {"start": start + timedelta(days=days), "when": _("3 days, 09:00 to 16:30"), "left": left, "place": place}
        for days, place, left in rows
    ]
