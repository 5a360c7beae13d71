"""Who made a row and who changed it last, as the history says."""

from datetime import timedelta
from typing import Any, TypeVar

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import NullIf

from shared_apps.events.models import Event

Rows = TypeVar("Rows", bound=QuerySet[Any])

AT_ONCE = timedelta(seconds=5)


def with_authors(rows: Rows) -> Rows:
    """`rows` with `created_by` and `updated_by`: people's names, None where nobody did it or the history is silent."""
    told = Event.objects.filter(subject_id=OuterRef("pk")).values("by_name")
    made = told.filter(created_at__lt=OuterRef("created_at") + AT_ONCE)  # a later event is a change
    first, last = made.order_by("id")[:1], told.exclude(by_name="").order_by("-id")[:1]
    return rows.annotate(created_by=NullIf(Subquery(first), Value("")), updated_by=Subquery(last))
