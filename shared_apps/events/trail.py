"""What the history says of a change: the values, and who made the last one."""

from collections.abc import Mapping

from django.core.files import File
from django.db.models import Model

from shared_apps.core.plain import plain_value
from shared_apps.events.models import Event
from shared_apps.web.editing import LastChange, who_changed

MOST_QUOTED = 80  # characters; of a longer text the history only says that it changed


@who_changed
def last_change(row: Model) -> LastChange | None:
    """Who did something to `row` last by name, and when; None where nobody is named."""
    event = Event.objects.filter(subject_id=row.pk).exclude(by_name="").order_by("-id").first()
    return LastChange(event.by_name, event.created_at) if event else None


def quote(changes: Mapping[str, tuple[object, object]]) -> dict[str, list[str]]:
    """`{field: (before, after)}` as texts for an event, without what is too long to read in a list.

    Not for what a person may ask us to forget: the history is kept.
    """
    return {
        field: [plain_value(before), plain_value(after)]
        for field, (before, after) in changes.items()
        if not any(
            isinstance(value, list | dict | File) or len(plain_value(value)) > MOST_QUOTED for value in (before, after)
        )
    }
