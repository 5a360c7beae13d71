"""Locking a row until the transaction ends."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def lock_row(rows: QuerySet[M], pk: UUID) -> M:
    """The row with this key, locked, with whatever `rows` read along with it. Raises its `DoesNotExist`.

    It is read after it is locked: who waited would else see rows that it referred to before, or none.
    """
    rows.model._base_manager.select_for_update(of=("self",)).filter(pk=pk).values_list("pk").first()
    return rows.get(pk=pk)
