"""Pictures that people upload. What is kept is made anew by us, so nothing else that was in the file is."""

import io
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from shared_apps.core.ids import reference

MOST_BYTES = 2 * 1024 * 1024
MOST_PHOTO_BYTES = 8 * 1024 * 1024  # as it comes from a telephone
MOST_PIXELS = 40_000_000
KINDS = ("PNG", "JPEG", "WEBP")


def clean_picture(upload: Any, *, longest: int = 800) -> "ContentFile[bytes]":
    """The picture in `upload` as a fresh PNG, at most `longest` pixels wide or high.

    Raises ValidationError for what is too big or not a PNG, JPEG or WebP.
    """
    return _kept(_opened(upload, most_bytes=MOST_BYTES).convert("RGBA"), longest, "PNG", optimize=True)


def clean_photo(upload: Any, *, longest: int = 1600) -> "ContentFile[bytes]":
    """The photograph in `upload` as a fresh JPEG, upright, at most `longest` pixels wide or high.

    Raises ValidationError for what is too big or not a PNG, JPEG or WebP.
    """
    opened = _opened(upload, most_bytes=MOST_PHOTO_BYTES).convert("RGBA")
    page = Image.new("RGB", opened.size, "white")
    page.paste(opened, mask=opened.getchannel("A"))
    return _kept(page, longest, "JPEG", quality=84, optimize=True, progressive=True)


def _opened(upload: Any, *, most_bytes: int) -> Image.Image:
    if upload.size > most_bytes:
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


def _kept(picture: Image.Image, longest: int, kind: str, **options: Any) -> "ContentFile[bytes]":
    picture.info.clear()  # what the camera wrote: place, device, time
    picture.thumbnail((longest, longest))
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return ContentFile(out.getvalue(), name=f"{reference(10).lower()}.{'jpg' if kind == 'JPEG' else 'png'}")
