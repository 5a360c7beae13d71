"""One way to change a status."""

from typing import Any

from django.db import models

from shared_apps.core.errors import IllegalMove, MovedMeanwhile


def move(row: models.Model, to: str, **changes: Any) -> None:
    """Move `row` along its model's MOVES table, writing `changes` with it.

    One UPDATE guarded by the status we started from: of two racing callers one wins and the other
    gets `MovedMeanwhile`, with no lock held in between. `IllegalMove` when the table has no such move.
    """
    if to not in row.MOVES[row.status]:  # type: ignore[attr-defined]
        raise IllegalMove
    rows = type(row)._base_manager.filter(pk=row.pk, status=row.status)  # type: ignore[attr-defined]
    if not rows.update(status=to, **changes):
        raise MovedMeanwhile
    for field, value in {"status": to, **changes}.items():
        setattr(row, field, value)
