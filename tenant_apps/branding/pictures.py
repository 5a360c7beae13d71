"""Pictures that people upload. What is kept is made anew by us, so nothing else that was in the file is."""

import io
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from shared_apps.core.ids import reference

MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 40_000_000
KINDS = ("PNG", "JPEG", "WEBP")


def clean_picture(upload: Any, *, longest: int = 800) -> "ContentFile[bytes]":
    """The picture in `upload` as a fresh PNG, at most `longest` pixels wide or high.

    Raises ValidationError for what is too big or not a PNG, JPEG or WebP.
    """
    if upload.size > MOST_BYTES:
        raise ValidationError(_("The file is larger than 2 MB. Choose a smaller one."))
    try:
        picture = Image.open(upload, formats=KINDS)
        if picture.width * picture.height > MOST_PIXELS:
            raise ValidationError(_("The picture has too many pixels. Choose a smaller one."))
        picture.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise ValidationError(_("This is not a picture we can read. Use PNG, JPEG or WebP.")) from None
    fresh = picture.convert("RGBA")
    fresh.thumbnail((longest, longest))
    out = io.BytesIO()
    fresh.save(out, "PNG", optimize=True)
    return ContentFile(out.getvalue(), name=f"{reference(10).lower()}.png")
