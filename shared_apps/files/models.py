"""What is in the storage of this tenant."""

from typing import ClassVar

from django.db import models
from django.db.models import Sum

from shared_apps.core.models import Row
from shared_apps.files.paths import PRIVATE


class FileQuerySet(models.QuerySet["File"]):
    """Files, by how much room they take."""

    def room_taken(self) -> int:
        """The bytes that they take, each picture in all of its sizes."""
        taken: int = self.aggregate(sum=Sum("size"))["sum"] or 0
        return taken


class File(Row):
    """A file of this tenant. The storage writes this row, so nothing is kept that nobody counts.

    Whose it is stands in the owner's own column, which names its `path`; one that no column names goes, see `owners`.
    """

    path = models.CharField(max_length=300, unique=True, help_text="In the storage, below the tenant's folder")
    type = models.CharField(max_length=100, help_text="What its content is, as MIME says it")
    size = models.PositiveBigIntegerField(help_text="Bytes, a picture in all of its sizes together")

    objects: ClassVar = FileQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="file_age")]

    def __str__(self) -> str:
        return self.path

    @property
    def is_private(self) -> bool:
        """Whether only a signed link opens it."""
        return self.path.startswith(PRIVATE)
