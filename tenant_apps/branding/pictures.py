"""Pictures that people upload. What is kept is made anew by us, so nothing else that was in the file is."""

import io
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from shared_apps.core.ids import reference
from shared_apps.core.signing import BadSignature, sign, unsign

MOST_BYTES = 2 * 1024 * 1024
MOST_PHOTO_BYTES = 8 * 1024 * 1024  # as it comes from a telephone
MOST_PIXELS = 40_000_000
CHOSEN_SECONDS = 3600  # a picture is kept while its form is put right
CHOSEN = "chosen-picture"
KINDS = ("PNG", "JPEG", "WEBP")


def clean_picture(upload: UploadedFile, *, longest: int = 800) -> "ContentFile[bytes]":
    """The picture in `upload` as a fresh PNG, at most `longest` pixels wide or high.

    Raises ValidationError for what is too big or not a PNG, JPEG or WebP.
    """
    return _kept(_opened(upload, most_bytes=MOST_BYTES).convert("RGBA"), longest, "PNG", optimize=True)


def clean_photo(upload: UploadedFile, *, longest: int = 1600) -> "ContentFile[bytes]":
    """The photograph in `upload` as a fresh JPEG, upright, at most `longest` pixels wide or high.

    Raises ValidationError for what is too big or not a PNG, JPEG or WebP.
    """
    opened = _opened(upload, most_bytes=MOST_PHOTO_BYTES).convert("RGBA")
    page = Image.new("RGB", opened.size, "white")
    page.paste(opened, mask=opened.getchannel("A"))
    return _kept(page, longest, "JPEG", quality=84, optimize=True, progressive=True)


def _opened(upload: UploadedFile, *, most_bytes: int) -> Image.Image:
    if (upload.size or 0) > most_bytes:
        size = most_bytes // (1024 * 1024)
        raise ValidationError(_("The file is larger than %d MB. Choose a smaller one.") % size)
    try:
        picture = Image.open(upload, formats=KINDS)
        if picture.width * picture.height > MOST_PIXELS:
            raise ValidationError(_("The picture has too many pixels. Choose a smaller one."))
        picture.load()
        return ImageOps.exif_transpose(picture)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise ValidationError(_("This is not a picture we can read. Use PNG, JPEG or WebP.")) from None


def _kept(picture: Image.Image, longest: int, kind: str, **options: int | bool) -> "ContentFile[bytes]":
    picture.info.clear()  # what the camera wrote: place, device, time
    picture.thumbnail((longest, longest))
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return ContentFile(out.getvalue(), name=f"{reference(10).lower()}.{'jpg' if kind == 'JPEG' else 'png'}")


class PictureInput(forms.ClearableFileInput):
    """A picture, or none. One that was chosen stays so when the page is shown again because of another field."""

    def __init__(self, attrs: dict[str, str | bool] | None = None):
        super().__init__({"accept": "image/png,image/jpeg,image/webp", **(attrs or {})})
        self.chosen: ContentFile[bytes] | None = None

    def get_context(self, name: str, value: object, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
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
        return self._kept(data.get(f"{name}-chosen", "")) if value is None else value

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
