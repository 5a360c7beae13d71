"""Bodies and queries that mean exactly what the API's description says.

Django REST framework takes `"5"` for 5, `1` for "1" and `"yes"` for true, drops filters that are left empty, and
ignores fields that it does not know. What is sent by mistake should be refused, not guessed at.
"""

import copy
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, TypeVar

from django import forms
from django.db import models
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from django_filters.fields import MultipleChoiceField
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from shared_apps.api.aliases import Aliases, add_aliases, taken
from shared_apps.api.showing import Show, fields_of, readers
from shared_apps.core.digits import whole_number
from shared_apps.core.lines import (
    LONGEST_NAME,
    LONGEST_PHONE,
    LineField,
    phone_in,
    validate_name,
    validate_phone,
    without_marks,
)
from shared_apps.core.types import JsonObject

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from rest_framework.views import APIView

    from shared_apps.core.states import Someone

TEXT = (
    serializers.CharField, serializers.ChoiceField, serializers.UUIDField, serializers.DateField,
    serializers.TimeField, serializers.DateTimeField, serializers.PrimaryKeyRelatedField,
)  # fmt: skip
MOST_ASKED = 10**17
MOST_NAMED = 50  # unknown fields in one answer
IDS = (serializers.UUIDField, serializers.PrimaryKeyRelatedField)
ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
Given: TypeAlias = dict[str, Any]  # what the fields made of what was sent, by the names that services have
PRICE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,3})?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIME_OF_DAY = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?"


def fault_of(field: serializers.Field, value: object) -> str:
    """What is wrong with the type of a JSON value for this field; empty when nothing is."""
    if value is None:
        return ""
    if isinstance(field, TEXT):
        if not isinstance(value, str):
            return _("Send a text.")
        if isinstance(field, IDS) and not ID.fullmatch(value):
            return _("Send an id.")
        if isinstance(field, serializers.DateField) and not DAY.fullmatch(str(value)):
            return _("Send a date as YYYY-MM-DD.")
    elif isinstance(field, serializers.ListField) and isinstance(value, list):
        return next((fault for one in value if (fault := fault_of(field.child, one))), "")
    elif isinstance(field, serializers.BooleanField):
        return "" if isinstance(value, bool) else _("Send true or false.")
    elif isinstance(field, serializers.IntegerField):
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        return "" if whole and not isinstance(value, bool) else _("Send a whole number.")
    elif isinstance(field, serializers.DecimalField):
        return "" if isinstance(value, int | float) and not isinstance(value, bool) else _("Send a number.")
    return ""


F = TypeVar("F", bound=serializers.Field)
M = TypeVar("M", bound=Model)
_fields: dict[type, dict[str, serializers.Field]] = {}

if TYPE_CHECKING:
    Base = serializers.Serializer
else:
    Base = object


def _another(field: F) -> F:
    # What has fields of its own binds them to itself; the rest is told its name and parent when it is bound.
    if isinstance(field, serializers.BaseSerializer) or hasattr(field, "child") or hasattr(field, "child_relation"):
        return copy.deepcopy(field)
    new = object.__new__(type(field))
    new.__dict__.update(field.__dict__)
    return new


# What our serializers inherit has no docstrings: they would become the descriptions of those that have none.
class Strict(Base):
    # Working out a class's fields costs more than using them: it is done once, and they are copied from then on.

    def get_fields(self) -> dict[str, serializers.Field]:
        if (made := _fields.get(type(self))) is None:
            made = _fields[type(self)] = super().get_fields()
        return {name: _another(field) for name, field in made.items()}

    aliases: ClassVar[Aliases] = {}
    # What answers have and this has no field for.
    only_shown: ClassVar[frozenset[str]] = frozenset()
    _called: dict[str, str]  # which field was said under which other name

    # What is not known and the type errors of all fields, together with whatever else is wrong.

    def to_internal_value(self, data: object) -> Any:
        if not isinstance(data, Mapping):
            return super().to_internal_value(data)
        fields = {str(field.field_name): field for field in self._writable_fields}
        given, self._called, wrong = taken(self.aliases, data, set(fields))
        for name in islice((name for name in given if name not in fields), MOST_NAMED):
            known = name in self.fields or name in self.only_shown
            wrong[name] = [_("This can't be set here.") if known else _("There is no such field.")]
        for name in given.keys() & fields.keys():
            if fault := fault_of(fields[name], given[name]):
                wrong[name] = [fault]
        try:
            value = super().to_internal_value(given)
        except serializers.ValidationError as error:
            if not isinstance(error.detail, dict):
                raise
            wrong = {**error.detail, **wrong}
        if wrong:
            raise serializers.ValidationError(wrong)
        return value

    def run_validation(self, data: Any = serializers.empty) -> Any:
        self._called = {}
        try:
            return super().run_validation(data)
        except serializers.ValidationError as error:
            if not isinstance(error.detail, dict):
                raise
            called = {self._called.get(name, name): what for name, what in error.detail.items()}
            raise serializers.ValidationError(called) from error

    # The name that a field was sent under, or else its own; services know it by its `source`.

    def as_sent(self, name: str) -> str:
        fields = self.fields
        own = name if name in fields else next((key for key, field in fields.items() if field.source == name), name)
        return self._called.get(own, own)

    # What is left out, with its aliases, for those who may not see it: whether one may is `shows_all`.
    for_some: ClassVar[frozenset[str]] = frozenset()

    def shows_all(self, user: "Someone | AnonymousUser") -> bool:
        return True

    @cached_property
    def _shown(self) -> list[tuple[str, Show]]:
        return list(readers(self))

    def to_representation(self, instance: Any) -> JsonObject:
        fields = fields_of(instance, self._shown)
        if self.for_some and not self.shows_all(self.context["request"].user):
            fields = {name: value for name, value in fields.items() if name not in self.for_some}
        if self.aliases:
            add_aliases(self.aliases, fields)
        return fields


class Serializer(Strict, serializers.Serializer):
    pass


class EmailField(serializers.EmailField):
    """An email address, without marks that nobody sees."""

    def to_internal_value(self, data: str) -> str:
        return without_marks(super().to_internal_value(data)).strip()


class PastedField(serializers.CharField):
    """A text of one line, without marks that nobody sees."""

    def to_internal_value(self, data: str) -> str:
        text = without_marks(super().to_internal_value(data)).strip()
        if not text and not self.allow_blank:
            self.fail("blank")
        return text


class ModelSerializer(Strict, serializers.ModelSerializer):
    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping, models.EmailField: EmailField, LineField: PastedField,
    }  # fmt: skip


class Nothing(Serializer):
    pass


@extend_schema_field({"type": "string", "pattern": f"^{TIME_OF_DAY}$", "example": "09:00"})
class TimeOfDayField(serializers.TimeField):
    """`09:00` on the provider's own clock."""

    def __init__(self, **kwargs: Any):
        super().__init__(input_formats=["%H:%M", "%H:%M:%S"], **kwargs)


class PhoneField(serializers.CharField):
    """A phone number, see `validate_phone`; empty where there is none."""

    def __init__(self, **kwargs: Any):
        own = {"required": False, "allow_blank": True, "max_length": LONGEST_PHONE, "validators": [validate_phone]}
        super().__init__(**{**own, **kwargs})

    def to_internal_value(self, data: str) -> str:
        return phone_in(super().to_internal_value(data))


class NameField(PastedField):
    """A person's name, see `validate_name`."""

    def __init__(self, *, required: bool = True, source: str | None = None):
        super().__init__(required=required, source=source, max_length=LONGEST_NAME, validators=[validate_name])


class Filters(filters.FilterSet):
    """Filters of a list, none of them empty: see `Endpoint`. Without a value they can use they would show too much."""

    def is_valid(self) -> bool:
        valid = super().is_valid()
        for name, one in self.filters.items():
            given = [text.strip() for text in self.data.getlist(name)] if self.is_bound else []
            if isinstance(one, filters.BooleanFilter) and not set(given) <= {"true", "false"}:
                self.form.add_error(name, _("Send true or false."))
        return valid and not self.form.errors


class FilterBackend(filters.DjangoFilterBackend):
    """Narrows a list by the filters that its query names; naming none, it costs nothing."""

    def filter_queryset(self, request: Request, queryset: QuerySet[M], view: "APIView") -> QuerySet[M]:
        kind = self.get_filterset_class(view, queryset)
        if kind is None or not kind.base_filters.keys() & request.query_params.keys():
            return queryset
        return super().filter_queryset(request, queryset, view)


class DigitsField(forms.IntegerField):
    """A whole number in digits and nothing else: Django's own field takes 1.000 and 1_0 too."""

    def to_python(self, value: Any) -> int | None:
        if value not in self.empty_values and whole_number(str(value).strip(), -MOST_ASKED, MOST_ASKED) is None:
            raise forms.ValidationError(self.error_messages["invalid"])
        return super().to_python(value)


class WholeNumberFilter(filters.NumberFilter):
    """A whole number, from `min_value` to `max_value`."""

    field_class = DigitsField

    def get_max_validator(self) -> None:
        return None


class PriceField(forms.DecimalField):
    """An amount of money in digits, perhaps with a point and up to three decimals behind it."""

    def clean(self, value: object) -> object:
        if value not in self.empty_values and not PRICE.fullmatch(str(value)):
            raise forms.ValidationError(self.error_messages["invalid"])
        return super().clean(value)


class PriceFilter(filters.NumberFilter):
    """An amount of money, from `min_value` to `max_value`."""

    field_class = PriceField

    def get_max_validator(self) -> None:
        return None


class DayField(forms.DateField):
    """A day as YYYY-MM-DD, with all of its digits."""

    def to_python(self, value: str | datetime | date | None) -> date | None:
        if value not in self.empty_values and not DAY.fullmatch(str(value)):
            raise forms.ValidationError(self.error_messages["invalid"])
        return super().to_python(value)


class DayFilter(filters.DateFilter):
    """A day as YYYY-MM-DD."""

    field_class = DayField

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **{"input_formats": ["%Y-%m-%d"], **kwargs})


class StatusField(MultipleChoiceField):
    """Statuses in any case; `called` holds other names for some of them."""

    def __init__(self, *args: Any, called: Mapping[str, str] | None = None, **kwargs: Any):
        self.called = called or {}
        super().__init__(*args, **kwargs)

    def to_python(self, value: object) -> list[str]:
        return [self.called.get(one.lower(), one.lower()) for one in super().to_python(value)]


class StatusFilter(filters.MultipleChoiceFilter):
    """One or several statuses, as `StatusField` reads them."""

    field_class = StatusField
