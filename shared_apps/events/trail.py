"""What the history says of a change: the values, and who made the last one."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.files import File
from django.db.models import Model

from shared_apps.core.editing import LastChange, who_changed
from shared_apps.events.models import Event

MOST_QUOTED = 80  # characters; of a longer text the history only says that it changed


@who_changed
def last_change(row: Model) -> LastChange | None:
    """Who did something to `row` last by name, and when; None where nobody is named."""
    event = Event.objects.filter(subject_id=row.pk).exclude(by_name="").order_by("-id").first()
    return LastChange(event.by_name, event.created_at) if event else None


def quote(changes: Mapping[str, tuple[Any, Any]]) -> dict[str, list[str]]:
    """`{field: (before, after)}` as texts for an event, without what is too long to read in a list.

    Not for what a person may ask us to forget: the history is kept.
    """
    return {
        field: [_plain(before), _plain(after)]
        for field, (before, after) in changes.items()
        if not any(
            isinstance(value, list | dict | File) or len(_plain(value)) > MOST_QUOTED for value in (before, after)
        )
    }


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, datetime) else str(value)
