"""Fields of forms in which people choose pictures."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.datastructures import MultiValueDict

from shared_apps.core.ids import reference
from shared_apps.core.signing import BadSignature, sign, unsign
from shared_apps.files.pictures import Part, clean_photo
from shared_apps.files.storage import Picture

CHOSEN_SECONDS = 3600  # a picture is kept while its form is put right
CHOSEN = "chosen-picture"
PICTURES = "image/png,image/jpeg,image/webp"  # what a browser offers to choose


class PictureInput(forms.ClearableFileInput):
    """A picture, or none. One that was chosen stays so when the page is shown again because of another field.

    With a `shape`, such as (16, 10), people choose which part of it is kept; `part` is then what they chose.
    """

    def __init__(self, attrs: dict[str, str | bool] | None = None, *, shape: tuple[int, int] | None = None):
        super().__init__({"accept": PICTURES, **(attrs or {})})
        self.chosen: ContentFile[bytes] | None = None
        self.shape = shape
        self.part: Part | None = None

    def get_context(self, name: str, value: object, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["shape"] = "{}:{}".format(*self.shape) if self.shape else ""
        if self.chosen is not None:
            key = reference(20)
            self.chosen.seek(0)
            cache.set(f"{CHOSEN}:{key}", (self.chosen.name, self.chosen.read()), CHOSEN_SECONDS)
            context["widget"]["chosen"] = sign(CHOSEN, key)
        return context

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, UploadedFile], name: str
    ) -> object:
        value = super().value_from_datadict(data, files, name)
        self.part = Part.read(data.get(f"{name}-part", "")) if value is not None else None
        return self._kept(data.get(f"{name}-chosen", "")) if value is None else value

    def clean(self, upload: UploadedFile) -> Picture:
        """What is kept of `upload`. Raises ValidationError for what is no picture."""
        return clean_photo(upload, shape=self.shape, part=self.part)

    @staticmethod
    def _kept(token: str) -> SimpleUploadedFile | None:
        try:
            found = cache.get(f"{CHOSEN}:{unsign(CHOSEN, token, max_age=CHOSEN_SECONDS)}") if token else None
        except BadSignature:
            return None
        return SimpleUploadedFile(found[0], found[1], "image/png") if found else None


class PictureForm(forms.BaseForm):
    """A mixin for forms with pictures: one that was chosen need not be chosen again when another field is wrong."""

    def full_clean(self) -> None:
        super().full_clean()
        for name, field in self.fields.items():
            cleaned = getattr(self, "cleaned_data", {}).get(name)
            if isinstance(field.widget, PictureInput) and isinstance(cleaned, ContentFile):
                field.widget.chosen = cleaned


def kept_picture(form: forms.BaseForm, name: str) -> object:
    """What the field `name` of a form keeps: a picture that was uploaded made anew, else what it says already."""
    upload, widget = form.cleaned_data[name], form.fields[name].widget
    assert isinstance(widget, PictureInput)
    return widget.clean(upload) if isinstance(upload, UploadedFile) else upload or ""
