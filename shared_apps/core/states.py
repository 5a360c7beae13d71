"""One way to change a status."""

from typing import Any

from django.db import models

from shared_apps.core.errors import IllegalMove, MovedMeanwhile
from shared_apps.core.time import now


def move(row: models.Model, to: str, **changes: Any) -> None:
    """Move `row` along its model's MOVES table, writing `changes` with it.

    One UPDATE guarded by the status we started from: of two racing callers one wins and the other
    gets `MovedMeanwhile`, with no lock held in between. `IllegalMove` when the table has no such move.
    What says when the row was last changed says so of this change too.
    """
    before = row.status  # type: ignore[attr-defined]
    if to not in row.MOVES[before]:  # type: ignore[attr-defined]
        raise IllegalMove(before=str(before), after=str(to))
    changes = {**_touched(type(row)), **changes}
    rows = type(row)._base_manager.filter(pk=row.pk, status=row.status)  # type: ignore[attr-defined]
    if not rows.update(status=to, **changes):
        raise MovedMeanwhile
    for field, value in {"status": to, **changes}.items():
        setattr(row, field, value)


def _touched(model: type[models.Model]) -> dict[str, Any]:
    """The columns that a save would set to now; an UPDATE passes them by."""
    return {field.name: now() for field in model._meta.concrete_fields if getattr(field, "auto_now", False)}
