"""Issuing documents."""

import hashlib
import json
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from shared_apps.core.types import JsonObject
from tenant_apps.documents.models import Document, Series

DIGITS = 5


@transaction.atomic
def take_number(series: Series) -> str:
    """The next number of a series, such as `R-00012`. The row stays locked until the transaction ends: no gaps."""
    series = Series.objects.select_for_update().get(pk=series.pk)
    number = f"{series.prefix}{series.next_number:0{DIGITS}d}"
    series.next_number += 1
    series.save(update_fields=["next_number"])
    return number


def issue_document(name: str, *, prefix: str, about_id: UUID, facts: JsonObject) -> Document:
    """The document of the series `name` that says `facts` about a row; issued now unless it was before.

    `facts` are what JSON has, and dates and decimals. A series that is not there yet begins with `prefix`.
    """
    text = json.dumps(facts, cls=DjangoJSONEncoder, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    known = Document.objects.filter(series__name=name, about_id=about_id, digest=digest)
    if found := known.first():
        return found
    series = Series.objects.get_or_create(name=name, defaults={"prefix": prefix})[0]
    with transaction.atomic():
        number = take_number(series)  # first, as it locks the series: whoever waited here finds it issued
        if found := known.first():
            transaction.set_rollback(True)
            return found
        return Document.objects.create(
            number=number, series=series, about_id=about_id, facts=json.loads(text), digest=digest
        )
