"""What forms take, for those of ours that take more and hand the rest on; and their fields by what they are."""

from collections.abc import Mapping
from typing import Any, TypeAlias, TypedDict

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

Sent: TypeAlias = QueryDict | Mapping[str, object] | None
SentFiles: TypeAlias = MultiValueDict[str, UploadedFile] | None
Cleaned: TypeAlias = dict[str, Any]  # what the fields made of what was sent, by their names


class FormOptions(TypedDict, total=False):
    """What a form may be told besides what was sent."""

    prefix: str | None
    initial: dict[str, object] | None
    label_suffix: str | None


def row_field(form: forms.BaseForm, name: str) -> forms.ModelChoiceField:
    """The field `name` of `form`, in which a row is chosen."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    return field


def choice_field(form: forms.BaseForm, name: str) -> forms.ChoiceField:
    """The field `name` of `form`, in which one of some words is chosen."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    return field
