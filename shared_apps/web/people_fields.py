"""A person's name, number and address as they are typed or pasted: without marks that nobody sees."""

from collections.abc import Mapping
from typing import TypedDict, Unpack

from django import forms

from shared_apps.core.lines import LONGEST_NAME, LONGEST_PHONE, phone_in, validate_name, validate_phone, without_marks
from shared_apps.core.types import Words


class FieldOptions(TypedDict, total=False):
    """What a form says of such a field."""

    label: Words
    help_text: Words
    required: bool
    error_messages: Mapping[str, Words]
    widget: forms.Widget
    initial: str


class NameField(forms.CharField):
    """A person's name, see `validate_name`."""

    def __init__(self, **options: Unpack[FieldOptions]):
        super().__init__(max_length=LONGEST_NAME, validators=[validate_name], **options)

    def to_python(self, value: object) -> str:
        return super().to_python(without_marks(str(value or ""))) or ""


class PhoneField(forms.CharField):
    """A phone number, see `validate_phone`."""

    def __init__(self, **options: Unpack[FieldOptions]):
        super().__init__(max_length=LONGEST_PHONE, validators=[validate_phone], **options)

    def to_python(self, value: object) -> str:
        return super().to_python(phone_in(str(value or ""))) or ""


class EmailField(forms.EmailField):
    """An email address."""

    def to_python(self, value: object) -> str:
        return super().to_python(without_marks(str(value or ""))) or ""


def read_pasted(form: forms.BaseForm, name: str) -> None:
    """Take such marks out of what was sent as `name`, in a form whose fields are a library's."""
    form.data = {key: without_marks(value) if key == name else value for key, value in form.data.items()}
