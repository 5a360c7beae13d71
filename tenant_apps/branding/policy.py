"""What a cancellation gives back: full until N days before, x % until M days, then nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError


@dataclass(frozen=True)
class Step:
    """Cancelled at least `days` days before the start, `percent` of what was paid comes back."""

    days: int
    percent: int


@dataclass(frozen=True)
class CancellationPolicy:
    """Steps from the earliest to the latest; after the last nothing comes back."""

    steps: tuple[Step, ...]

    @classmethod
    def parse(cls, rows: list[dict[str, Any]]) -> "CancellationPolicy":
        """From JSON `[{"days": 14, "percent": 100}, …]`."""
        steps = sorted((Step(int(row["days"]), int(row["percent"])) for row in rows), key=lambda step: -step.days)
        return cls(tuple(steps))

    def percent_at(self, moment: datetime, starts_at: datetime) -> int:
        """How many per cent come back to one who cancels at `moment` a session that starts at `starts_at`."""
        for step in self.steps:
            if moment <= starts_at - timedelta(days=step.days):
                return step.percent
        return 0

    def sentences(self) -> list[str]:
        """The policy for people, one step a sentence."""
        lines = []
        for step in self.steps:
            when = f"up to {step.days} days before" if step.days != 1 else "up to the day before"
            what = "a full refund" if step.percent == 100 else f"{step.percent}% back"
            lines.append(f"Cancel {when} it starts: {what}.")
        lines.append("After that: no refund." if self.steps else "Bookings can't be refunded.")
        return lines


def default_policy() -> list[dict[str, int]]:
    return [{"days": 14, "percent": 100}, {"days": 7, "percent": 50}]


def validate_policy(rows: Any) -> None:
    """Refuse what is not a list of steps that give back less the later one cancels."""
    try:
        steps = CancellationPolicy.parse(rows).steps
    except (TypeError, KeyError, ValueError):
        raise ValidationError("Give steps of days and percent.") from None
    percents = [step.percent for step in steps]
    if any(not 0 <= percent <= 100 for percent in percents) or any(step.days < 0 for step in steps):
        raise ValidationError("Percent lies between 0 and 100, days are not negative.")
    if percents != sorted(percents, reverse=True) or len({step.days for step in steps}) != len(steps):
        raise ValidationError("The later one cancels, the less comes back.")
