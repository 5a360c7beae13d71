"""Whose a file is: the row that has its path in a column. A file that no row names any more is removed."""

from datetime import datetime
from uuid import UUID

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet

from shared_apps.files.models import File
from shared_apps.timers.due import is_here
from shared_apps.timers.retention import forget


def columns() -> list[tuple[type[models.Model], str]]:
    """Every column of the present schema that names files."""
    return [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.FileField) and is_here(model._meta.label_lower)
    ]


def _remove(keys: list[UUID]) -> None:
    for file in File.objects.filter(pk__in=keys):
        default_storage.delete(file.path)


@forget("files of nobody", remove=_remove)
def of_nobody(before: datetime) -> QuerySet[File]:
    """Those that no row names: its owner has another one, or is gone, or was never written."""
    files = File.objects.filter(created_at__lt=before)
    for model, name in columns():
        files = files.exclude(Exists(model._base_manager.filter(**{name: OuterRef("path")})))
    return files
