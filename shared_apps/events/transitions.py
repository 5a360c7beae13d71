"""What is kept of every move of a row from one state to another."""

from django.db.models import Model

from shared_apps.core.states import Someone, moved
from shared_apps.events.models import Transition


@moved.add
def record_transition(
    *, row: Model, field: str, before: str, after: str, by: Someone | None, acting: str, reason: str
) -> None:
    """Write the transition down, in the transaction of the move."""
    Transition.objects.create(
        table=row._meta.label_lower, row_id=row.pk, field=field, before=before, after=after,
        by_id=by.pk if by else None, by_name=str(by) if by else "", acting=acting, reason=reason[:500],
    )  # fmt: skip
