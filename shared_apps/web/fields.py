"""How fields behave in a browser."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

PERSONAL = ("name", "email", "phone", "company", "address")


class TextBox(forms.Textarea):
    """A box for several lines. A browser sends CRLF for each line break that it was shown; the text keeps its own.

    So what nobody touched is equal to what it was, and is as long as the browser counted it.
    """

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, UploadedFile], name: str
    ) -> object:
        sent = super().value_from_datadict(data, files, name)
        return sent.replace("\r\n", "\n") if isinstance(sent, str) else sent


def about_somebody_else(form: forms.BaseForm) -> None:
    """Keep the browser from filling the office's own details into a form about another person or place."""
    for name in PERSONAL:
        if name in form.fields:
            form.fields[name].widget.attrs["autocomplete"] = "off"
    if "phone" in form.fields:
        form.fields["phone"].widget.input_type = "tel"
        form.fields["phone"].widget.attrs["inputmode"] = "tel"
