"""Faults to switch on: a slow, broken or absent provider, and webhooks that misbehave."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import F

from shared_apps.sandbox.models import Switches

CALL_FAULTS = ["slow_seconds", "down", "error_500", "rate_limited", "invalid_json", "lost_answers"]
MESSAGE_FAULTS = [
    "messages_slow_seconds",
    "messages_down",
    "messages_rate_limited",
    "messages_refused",
    "messages_disconnected",
    "messages_lost_answers",
]
WEBHOOK_FAULTS = ["webhooks_duplicate", "webhooks_reordered", "webhooks_lost", "webhooks_delay_seconds"]
NAMES = [*CALL_FAULTS, *MESSAGE_FAULTS, "calls_left", *WEBHOOK_FAULTS]


def switches() -> Switches:
    """How the switches stand."""
    return Switches.objects.filter(pk=1).first() or Switches()


def as_dict(row: Switches) -> dict[str, bool | int | None]:
    """Name and position of every switch."""
    return {name: getattr(row, name) for name in NAMES}


@transaction.atomic
def set_switches(changes: Mapping[str, object]) -> Switches:
    """Set the named switches and leave the others. `ValueError` for an unknown name or an impossible value.

    `calls_left` limits the faults of calls to so many; null means until they are switched off.
    """
    Switches.objects.get_or_create(pk=1)
    row = Switches.objects.select_for_update().get(pk=1)
    for name, value in changes.items():
        if name not in NAMES:
            raise ValueError(f"There is no switch {name!r}. There are: {', '.join(NAMES)}.")
        if isinstance(getattr(Switches(), name), bool):
            if not isinstance(value, bool):
                raise ValueError(f"{name} is true or false.")
        elif not _is_amount(value) and not (name == "calls_left" and value is None):
            raise ValueError(f"{name} is a whole number from 0 to 86400.")
        setattr(row, name, value)
    row.save()
    return row


def reset_switches() -> Switches:
    """Everything works again."""
    return set_switches(as_dict(Switches()))


def faults_of_this_call(faults: Sequence[str]) -> Switches:
    """The faults this call meets. One of `faults` counts against `calls_left`, after which calls go well again."""
    row = switches()
    if row.calls_left is None or not any(getattr(row, name) for name in faults):
        return row
    if Switches.objects.filter(pk=1, calls_left__gt=0).update(calls_left=F("calls_left") - 1):
        return row
    return Switches()


def _is_amount(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 86_400
