"""Bodies and queries that mean exactly what the API's description says.

Django REST framework takes `"5"` for 5, `1` for "1" and `"yes"` for true, and filters that are left
empty are silently dropped. What is sent by mistake should be refused, not guessed at.
"""

import copy
import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

TEXT = (
    serializers.CharField, serializers.ChoiceField, serializers.UUIDField, serializers.DateField,
    serializers.TimeField, serializers.DateTimeField, serializers.PrimaryKeyRelatedField,
)  # fmt: skip
IDS = (serializers.UUIDField, serializers.PrimaryKeyRelatedField)
ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIME_OF_DAY = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?"


def fault_of(field: Any, value: Any) -> str:
    """What is wrong with the type of a JSON value for this field; empty when nothing is."""
    if value is None:
        return ""
    if isinstance(field, TEXT):
        if not isinstance(value, str):
            return _("Send a text.")
        if isinstance(field, IDS) and not ID.fullmatch(value):
            return _("Send an id.")
        if isinstance(field, serializers.DateField) and not DAY.fullmatch(value):
            return _("Send a date as YYYY-MM-DD.")
    elif isinstance(field, serializers.BooleanField):
        return "" if isinstance(value, bool) else _("Send true or false.")
    elif isinstance(field, serializers.IntegerField):
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        return "" if whole and not isinstance(value, bool) else _("Send a whole number.")
    elif isinstance(field, serializers.DecimalField):
        return "" if isinstance(value, int | float) and not isinstance(value, bool) else _("Send a number.")
    return ""


_fields: dict[type, dict[str, Any]] = {}


def _another(field: Any) -> Any:
    # What has fields of its own binds them to itself; the rest is told its name and parent when it is bound.
    if isinstance(field, serializers.BaseSerializer) or hasattr(field, "child") or hasattr(field, "child_relation"):
        return copy.deepcopy(field)
    new = object.__new__(type(field))
    new.__dict__.update(field.__dict__)
    return new


# What our serializers inherit has no docstrings: they would become the descriptions of those that have none.
class Strict:
    # Working out a class's fields costs more than using them: it is done once, and they are copied from then on.

    def get_fields(self) -> dict[str, Any]:
        if (made := _fields.get(type(self))) is None:
            made = _fields[type(self)] = super().get_fields()  # type: ignore[misc]
        return {name: _another(field) for name, field in made.items()}

    # The type errors of all fields, together with whatever else is wrong.

    def to_internal_value(self, data: Any) -> Any:
        wrong: dict[str, Any] = {}
        if isinstance(data, Mapping):
            for field in self._writable_fields:  # type: ignore[attr-defined]
                if fault := fault_of(field, data.get(field.field_name)):
                    wrong[field.field_name] = [fault]
        try:
            value = super().to_internal_value(data)  # type: ignore[misc]
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**error.detail, **wrong}) from error  # type: ignore[dict-item]
        if wrong:
            raise serializers.ValidationError(wrong)
        return value


class Serializer(Strict, serializers.Serializer):
    pass


class ModelSerializer(Strict, serializers.ModelSerializer):
    pass


@extend_schema_field({"type": "string", "pattern": f"^{TIME_OF_DAY}$", "example": "09:00"})
class TimeOfDayField(serializers.TimeField):
    """`09:00` on the provider's own clock."""

    def __init__(self, **kwargs: Any):
        super().__init__(input_formats=["%H:%M", "%H:%M:%S"], **kwargs)


class Filters(filters.FilterSet):
    """Filters of a list. One that is given without a value it can use is refused: it would show too much."""

    def is_valid(self) -> bool:
        valid = super().is_valid()
        for name, one in self.filters.items():
            given = [text.strip() for text in self.data.getlist(name)] if self.is_bound else []
            if isinstance(one, filters.BooleanFilter) and not set(given) <= {"true", "false"}:
                self.form.add_error(name, _("Send true or false."))
            elif not isinstance(one, filters.CharFilter) and "" in given:
                self.form.add_error(name, _("Send a value, or leave it out."))
        return valid and not self.form.errors


class WholeNumberFilter(filters.NumberFilter):
    """A whole number, from `min_value` to `max_value`."""

    field_class = forms.IntegerField

    def get_max_validator(self) -> None:
        return None


class DayFilter(filters.DateFilter):
    """A day as YYYY-MM-DD."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **{"input_formats": ["%Y-%m-%d"], **kwargs})
