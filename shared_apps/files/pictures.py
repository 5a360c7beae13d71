"""Pictures that people upload. What is kept is made anew by us, so nothing else that was in the file is."""

import io

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError
from py_svg_hush import filter_svg

from shared_apps.core.ids import reference
from shared_apps.files.paths import SIZES, picture_name
from shared_apps.files.storage import Picture

MOST_BYTES = 2 * 1024 * 1024
MOST_PHOTO_BYTES = 8 * 1024 * 1024  # as it comes from a telephone
MOST_PIXELS = 40_000_000
LONGEST = 1600  # pixels of a photograph
LONGEST_LOGO = 800
KINDS = ("PNG", "JPEG", "WEBP")


def clean_photo(upload: UploadedFile) -> Picture:
    """The photograph in `upload` as a fresh WebP, upright, in the sizes that pages use.

    Raises ValidationError for what is too big or not a PNG, JPEG or WebP.
    """
    picture = _opened(upload, most_bytes=MOST_PHOTO_BYTES, draft=True)
    picture = picture.convert("RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB")
    picture.thumbnail((LONGEST, LONGEST))
    smaller = {width: _webp(picture, width) for width in SIZES if width < picture.width}
    return Picture(_webp(picture, picture.width), name=picture_name(_stem(), picture.width), sizes=smaller)


def clean_logo(upload: UploadedFile) -> "ContentFile[bytes]":
    """The logo in `upload`, as a fresh PNG, which emails can show, or as a drawing without anything that acts.

    Raises ValidationError for what is too big or not a PNG, JPEG, WebP or SVG.
    """
    if (upload.size or 0) <= MOST_BYTES and (drawing := _drawing(upload)):
        return ContentFile(drawing, name=f"{_stem()}.svg")
    picture = _opened(upload, most_bytes=MOST_BYTES).convert("RGBA")
    picture.info.clear()
    picture.thumbnail((LONGEST_LOGO, LONGEST_LOGO))
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return ContentFile(out.getvalue(), name=f"{_stem()}.png")


def _stem() -> str:
    return reference(10).lower()


def _drawing(upload: UploadedFile) -> bytes:
    """An SVG without scripts, styles from elsewhere and links; nothing where it is none."""
    upload.seek(0)
    content = upload.read()
    upload.seek(0)
    if b"<svg" not in content[:2000] or b"<!" in content.replace(b"<!--", b""):
        return b""  # none, or with declarations of its own, which may grow without an end
    try:
        cleaned: bytes = filter_svg(content)
    except ValueError:
        return b""
    return b"" if b"javascript:" in cleaned.lower() else cleaned


def _opened(upload: UploadedFile, *, most_bytes: int, draft: bool = False) -> Image.Image:
    if (upload.size or 0) > most_bytes:
        size = most_bytes // (1024 * 1024)
        raise ValidationError(_("The file is larger than %d MB. Choose a smaller one.") % size)
    try:
        picture = Image.open(upload, formats=KINDS)
        if picture.width * picture.height > MOST_PIXELS:
            raise ValidationError(_("The picture has too many pixels. Choose a smaller one."))
        if draft:  # a JPEG is read no larger than it is needed
            picture.draft("RGB", (LONGEST, LONGEST))
        picture.load()
        return ImageOps.exif_transpose(picture)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise ValidationError(_("This is not a picture we can read. Use PNG, JPEG or WebP.")) from None


def _webp(picture: Image.Image, width: int) -> bytes:
    picture = picture.copy()
    picture.info.clear()  # what the camera wrote: place, device, time
    picture.thumbnail((width, picture.height))
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=80, method=4, exif=b"", xmp=b"", icc_profile=None)
    return out.getvalue()
