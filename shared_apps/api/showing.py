"""How a serializer shows rows: worked out once for each serializer, not anew for every field of every row.

Django REST framework asks each field where its value is and what to make of it, row by row. For the kinds of fields
that nearly all are of, the answers never differ; any other kind is asked as ever.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from operator import attrgetter
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils import timezone
from rest_framework import serializers
from rest_framework.fields import Field, SkipField
from rest_framework.relations import PKOnlyObject

from shared_apps.core.models import known

Show = Callable[[object], object]

# What needs no work where the value has this very type already.
SAME = {
    serializers.CharField.to_representation: str,
    serializers.IntegerField.to_representation: int,
    serializers.BooleanField.to_representation: bool,
}


def readers(serializer: serializers.Serializer) -> Iterator[tuple[str, Show]]:
    """The name of each field that is shown, and the function that shows it of a row. It may raise `SkipField`."""
    zone = timezone.get_current_timezone()
    for field in serializer._readable_fields:
        if type(field) is serializers.SerializerMethodField:
            yield str(field.field_name), getattr(serializer, str(field.method_name))
        else:
            yield str(field.field_name), _reader(_finder(field), _shower(field, zone))


def fields_of(row: object, shown: list[tuple[str, Show]]) -> dict[str, object]:
    """What `readers` show of a row."""
    fields: dict[str, object] = {}
    for name, show in shown:
        try:
            fields[name] = show(row)
        except SkipField:
            continue
    return fields


def _reader(find: Show, show: Show) -> Show:
    def read(row: object) -> object:
        value = find(row)
        return None if value is None else show(value)

    return read


def _finder(field: Field) -> Show:
    """Where the value of a row is."""
    asked: Show = field.get_attribute
    if type(field).get_attribute is not Field.get_attribute or not field.source_attrs:
        return asked if not isinstance(field, serializers.RelatedField) else lambda row: _or_none(asked(row))
    if isinstance(field, serializers.ListSerializer) and len(field.source_attrs) == 1:
        return lambda row: known(row, str(field.source)) if isinstance(row, models.Model) else asked(row)
    at = attrgetter(str(field.source))

    def find(row: object) -> object:
        try:
            value = at(row)
        except ObjectDoesNotExist:
            return None
        except (AttributeError, KeyError):
            return asked(row)  # a mapping, or a part of the way that is not there
        return asked(row) if callable(value) else value

    return find


def _or_none(value: object) -> object:
    return None if isinstance(value, PKOnlyObject) and value.pk is None else value


def _shower(field: Field, zone: tzinfo) -> Show:
    """What is made of a value."""
    asked: Show = field.to_representation
    own = type(field).to_representation
    if kind := SAME.get(own):
        return lambda value: value if type(value) is kind else asked(value)
    if own is serializers.UUIDField.to_representation and getattr(field, "uuid_format", "") == "hex_verbose":
        return lambda value: str(value) if type(value) is UUID else asked(value)
    if own is serializers.DateTimeField.to_representation and not vars(field).keys() & {"format", "timezone"}:
        return _instant(asked, zone)
    return asked


def _instant(asked: Show, zone: tzinfo) -> Show:
    def show(value: object) -> object:
        if type(value) is not datetime or value.tzinfo is None or not 1 < value.year < 9999:
            return asked(value)
        text = value.astimezone(zone).isoformat()
        return f"{text[:-6]}Z" if text.endswith("+00:00") else text

    return show
