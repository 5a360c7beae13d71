"""Whole numbers that people type: seats, days, per cent. See `read_number` for what they may write.

They are text to the browser, as sums are: a number field of a browser drops a comma without a word, and Django's own
field takes 1.000 for 1.
"""

from collections.abc import Mapping
from typing import TypedDict, Unpack

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from shared_apps.core.typed_numbers import read_number
from shared_apps.core.types import Words


class ColumnOptions(TypedDict, total=False):
    """What a form that is made of a model says of a field."""

    label: Words
    help_text: Words
    widget: forms.Widget
    localize: bool
    error_messages: Mapping[str, Words]
    form_class: type[forms.Field]


class WholeNumberField(forms.IntegerField):
    """A whole number, typed as people write one. Its widget says its bounds, for the buttons beside it."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value: object) -> int | None:  # type: ignore[override]
        if isinstance(value, str) and value.strip():
            number = read_number(value, places=0)
            if number != number.to_integral_value():
                raise ValidationError(self.error_messages["invalid"], code="invalid")
            value = int(number)
        return super().to_python(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, object]:
        attrs = super().widget_attrs(widget)
        if not widget.is_hidden:
            bounds = {"data-least": self.min_value, "data-most": self.max_value}
            attrs |= {name: bound for name, bound in bounds.items() if bound is not None}
        return attrs


def with_whole_numbers(field: models.Field, **options: Unpack[ColumnOptions]) -> forms.Field | None:
    """The field of a form for a column. For `Meta.formfield_callback` of each form that is made of a model."""
    if isinstance(field, models.IntegerField) and not field.choices:
        options.setdefault("form_class", WholeNumberField)
    return field.formfield(**options)
