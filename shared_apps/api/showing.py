"""How a serializer shows rows: worked out once for its class, not anew for every field of every row.

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
Way = Callable[[Field, tzinfo], Show]

# What needs no work where the value has this very type already.
SAME = {
    serializers.CharField.to_representation: str,
    serializers.IntegerField.to_representation: int,
    serializers.BooleanField.to_representation: bool,
}

_ways: dict[type, dict[str, Way]] = {}


def readers(serializer: serializers.Serializer) -> Iterator[tuple[str, Show]]:
    """The name of each field that is shown, and the function that shows it of a row. It may raise `SkipField`."""
    zone = timezone.get_current_timezone()
    ways = _ways.setdefault(type(serializer), {})
    for field in serializer._readable_fields:
        name = str(field.field_name)
        if type(field) is serializers.SerializerMethodField:
            yield name, getattr(serializer, str(field.method_name))
            continue
        if (way := ways.get(name)) is None:
            way = ways[name] = _way(field)
        yield name, way(field, zone)


def fields_of(row: object, shown: list[tuple[str, Show]]) -> dict[str, object]:
    """What `readers` show of a row."""
    fields: dict[str, object] = {}
    for name, show in shown:
        try:
            fields[name] = show(row)
        except SkipField:
            continue
    return fields


def _way(field: Field) -> Way:
    """How a value is found and shown, for each field of this name and serializer."""
    show = _shower(field)
    if type(field).get_attribute is not Field.get_attribute or not field.source_attrs:
        if isinstance(field, serializers.RelatedField):
            return lambda field, zone: _of(lambda row: _or_none(field.get_attribute(row)), show(field, zone))
        return lambda field, zone: _of(field.get_attribute, show(field, zone))
    if isinstance(field, serializers.ListSerializer) and len(field.source_attrs) == 1:
        source = str(field.source)
        return lambda field, zone: _of(lambda row: _rows(field, row, source), show(field, zone))
    at = attrgetter(str(field.source))
    return lambda field, zone: _attribute(at, field.get_attribute, show(field, zone))


def _of(find: Show, show: Show) -> Show:
    def read(row: object) -> object:
        value = find(row)
        return None if value is None else show(value)

    return read


def _attribute(at: Show, asked: Show, show: Show) -> Show:
    def read(row: object) -> object:
        try:
            value = at(row)
        except ObjectDoesNotExist:
            return None
        except (AttributeError, KeyError):
            value = asked(row)  # a mapping, or a part of the way that is not there
        else:
            if callable(value):
                value = asked(row)
        return None if value is None else show(value)

    return read


def _or_none(value: object) -> object:
    return None if isinstance(value, PKOnlyObject) and value.pk is None else value


def _rows(field: Field, row: object, source: str) -> object:
    return known(row, source) if isinstance(row, models.Model) else field.get_attribute(row)


def _shower(field: Field) -> Way:
    """What is made of a value."""
    own = type(field).to_representation
    if kind := SAME.get(own):
        return lambda field, _zone: _same(kind, field.to_representation)
    if own is serializers.UUIDField.to_representation and getattr(field, "uuid_format", "") == "hex_verbose":
        return lambda field, _zone: _id(field.to_representation)
    if own is serializers.DateTimeField.to_representation and not vars(field).keys() & {"format", "timezone"}:
        return lambda field, zone: _instant(field.to_representation, zone)
    return lambda field, _zone: field.to_representation


def _same(kind: type, asked: Show) -> Show:
    return lambda value: value if type(value) is kind else asked(value)


def _id(asked: Show) -> Show:
    return lambda value: str(value) if type(value) is UUID else asked(value)


def _instant(asked: Show, zone: tzinfo) -> Show:
    def show(value: object) -> object:
        if type(value) is not datetime or value.tzinfo is None or not 1 < value.year < 9999:
            return asked(value)
        text = value.astimezone(zone).isoformat()
        return f"{text[:-6]}Z" if text.endswith("+00:00") else text

    return show
