"""Which records turned out to be one person."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from shared_apps.core.models import Row
from shared_apps.core.personal import personal
from shared_apps.core.types import JsonObject


class MergeQuerySet(models.QuerySet["Merge"]):
    """Joined records, by whether they were parted again."""

    def standing(self) -> "MergeQuerySet":
        """Those that were not undone."""
        return self.filter(undone_at=None)


class Merge(Row):
    """Two records were joined: `absorbed` ended, and what hung on it is of `kept`. It says what undoing it takes."""

    PERSONAL: ClassVar = personal(people=["kept", "absorbed"], shows=["created_at"], before=lambda value: {})

    kept = models.ForeignKey("people.Person", models.PROTECT, related_name="merges")
    absorbed = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    moved = models.JSONField(default=dict, help_text="Keys of the rows that moved, by table and field")
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder, help_text="What either record said")
    undone_at = models.DateTimeField(null=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["kept", "id"], name="merge_by_kept")]

    def __str__(self) -> str:
        return f"{self.absorbed_id} is {self.kept_id}"

    def said(self, person: models.Model) -> JsonObject:
        """What the record of `person` said before; empty where it was erased since."""
        found: JsonObject = self.before.get(str(person.pk), {})
        return found
