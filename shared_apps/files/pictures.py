"""Pictures that people upload. What is kept is made anew by us, so nothing else that was in the file is."""

import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

import structlog
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, PngImagePlugin
from PIL.JpegImagePlugin import JpegImageFile

from shared_apps.core.ids import reference
from shared_apps.files import drawings
from shared_apps.files.colours import in_srgb
from shared_apps.files.paths import SIZES, picture_name
from shared_apps.files.storage import Picture

MOST_BYTES = 2 * 1024 * 1024
MOST_PHOTO_BYTES = 8 * 1024 * 1024  # as it comes from a telephone
MOST_SIDE = 20_000  # pixels
MOST_PIXELS = 50_000_000  # as large as telephones make them
MOST_MEMORY = 90 * 1024 * 1024  # for one picture, beside what the process has taken already
LONGEST = 1600  # pixels of a photograph
LONGEST_STILL = 2400  # pixels of a picture that people open by itself
LONGEST_LOGO = 800
LEAST_PART = 0.2  # of the widest part of a shape: a smaller one would be blurred
KINDS = ("PNG", "JPEG", "WEBP")
# Bytes of memory for each pixel that is decoded, and for the copy from which it is made smaller. Measured.
BYTES_PER_PIXEL = {"JPEG": 8, "MPO": 8, "PNG": 5, "WEBP": 20}
MORE = 4  # of one that is see-through, deeper than eight bits, or has a palette: it is copied first
START_OF_SCAN = 0xDA
NO_PICTURE = "no_picture"  # the code of what is refused because it is none
COEFFICIENT = 2  # bytes: of a JPEG in several scans all are kept, at its full size, until the last one is read

PngImagePlugin.MAX_TEXT_MEMORY = 2 * 1024 * 1024  # words in a picture, unpacked
log = structlog.get_logger()
_one_at_a_time = Lock()  # what pictures take is bounded for a process, and not for each of its threads


@dataclass(frozen=True)
class Part:
    """Which part of a picture is kept: where it begins and how wide it is, as shares of the whole upright picture."""

    left: float
    top: float
    width: float

    @classmethod
    def read(cls, text: str) -> "Part | None":
        """`0.1 0 0.8` as a part; None for anything else."""
        try:
            numbers = [float(number) for number in text[:100].split()]
        except ValueError:
            return None
        if len(numbers) != 3 or not all(math.isfinite(number) and 0 <= number <= 1 for number in numbers):
            return None
        return cls(*numbers)


def clean_photo(upload: UploadedFile, *, shape: tuple[int, int] | None = None, part: Part | None = None) -> Picture:
    """The photograph in `upload` as a fresh WebP, upright, in the sizes that pages use.

    With a `shape`, such as (16, 10), only a part of it that has this shape: the `part` somebody chose, or the middle.
    Raises ValidationError for what is too big or not a PNG, JPEG or WebP.
    """
    with _read(upload, most_bytes=MOST_PHOTO_BYTES, longest=LONGEST) as picture:
        if shape is not None:
            picture = picture.crop(_box(picture.size, shape, part))
        picture = picture.convert("RGBA" if _is_see_through(picture) else "RGB")
        smaller = {width: _webp(picture, width) for width in SIZES if width < picture.width}
        return Picture(_webp(picture, picture.width), name=picture_name(_stem(), picture.width), sizes=smaller)


def clean_still(upload: UploadedFile) -> "ContentFile[bytes]":
    """The picture in `upload` as one fresh WebP, upright and whole, for people to fetch and not for our pages.

    Raises ValidationError for what is too big or not a PNG, JPEG or WebP.
    """
    with _read(upload, most_bytes=MOST_PHOTO_BYTES, longest=LONGEST_STILL) as picture:
        picture = picture.convert("RGBA" if _is_see_through(picture) else "RGB")
        return ContentFile(_webp(picture, picture.width), name=f"{_stem()}.webp")


def clean_logo(upload: UploadedFile) -> "ContentFile[bytes]":
    """The logo in `upload`, as a fresh PNG, which emails can show too. A drawing is drawn.

    Raises ValidationError for what is too big or not a PNG, JPEG, WebP or SVG that we can draw.
    """
    with _read(upload, most_bytes=MOST_BYTES, longest=LONGEST_LOGO, may_be_drawn=True) as picture:
        picture = picture.convert("RGBA")
        if picture.getchannel("A").getextrema() == (0, 0):
            raise ValidationError(_("The picture shows nothing. Choose another one."))
        picture.info.clear()
        out = io.BytesIO()
        picture.save(out, "PNG", optimize=True)
        return ContentFile(out.getvalue(), name=f"{_stem()}.png")


def _box(size: tuple[int, int], shape: tuple[int, int], part: Part | None) -> tuple[int, int, int, int]:
    """The corners of what is kept of a picture. What was chosen and does not fit is made smaller, and moved inside."""
    across, down = size
    ratio = shape[0] / shape[1]
    most = min(across, down * ratio)
    wide = most if part is None else min(most, max(part.width * across, most * LEAST_PART))
    width, height = max(1, round(wide)), max(1, min(down, round(wide / ratio)))
    left = (across - width) / 2 if part is None else part.left * across
    top = (down - height) / 2 if part is None else part.top * down
    x, y = min(round(left), across - width), min(round(top), down - height)
    return x, y, x + width, y + height


def _stem() -> str:
    return reference(10).lower()


def _refuse_large(upload: UploadedFile, most_bytes: int) -> None:
    if (upload.size or 0) > most_bytes:
        size = most_bytes // (1024 * 1024)
        raise ValidationError(_("The file is larger than %d MB. Choose a smaller one.") % size)


@contextmanager
def _read(upload: UploadedFile, *, most_bytes: int, longest: int, may_be_drawn: bool = False) -> Iterator[Image.Image]:
    """The picture, upright and no larger than `longest`, while no other one is read by this process.

    Raises ValidationError, also for whatever goes wrong with it inside.
    """
    _refuse_large(upload, most_bytes)
    upload.seek(0)
    content = upload.read()
    if may_be_drawn and drawings.is_drawing(content):
        content = drawings.draw(content, longest=longest)
    with _one_at_a_time:
        try:
            with Image.open(io.BytesIO(content), formats=KINDS) as picture:
                _refuse_many_pixels(picture, content, longest)
                yield _small_and_upright(picture, longest)
        except ValidationError:
            raise
        except Exception as error:  # decoders raise whatever they come across: struct.error, TypeError, KeyError …
            log.info("picture refused", error=repr(error)[:200])
            text = _("This is not a picture we can read. Use PNG, JPEG or WebP.")
            raise ValidationError(text, code=NO_PICTURE) from None


def _refuse_many_pixels(picture: Image.Image, content: bytes, longest: int) -> None:
    """Raise ValidationError if it would take too much memory. A JPEG is then read no larger than it is needed."""
    width, height = picture.size
    kept = 0
    if isinstance(picture, JpegImageFile):
        if _is_in_scans(picture, content):
            dots = [across * down for _id, across, down, _table in picture.layer]
            kept = width * height * COEFFICIENT * sum(dots) // max(dots)
        scale = longest / max(width, height)
        picture.draft("RGB", (int(width * scale) or 1, int(height * scale) or 1))
    each = BYTES_PER_PIXEL[picture.format or ""] + (MORE if _is_see_through(picture) or picture.mode[0] in "IFP" else 0)
    memory = picture.width * picture.height * each + kept
    if max(width, height) > MOST_SIDE or width * height > MOST_PIXELS or memory > MOST_MEMORY:
        raise ValidationError(
            _("The picture has too many pixels. Make it smaller, or save it as an ordinary JPEG, then try again.")
        )


def _is_in_scans(picture: JpegImageFile, content: bytes) -> bool:
    """Whether a JPEG comes in several scans, so that none of it can be forgotten before the last one."""
    return "progressive" in picture.info or _layers_of_first_scan(content) != picture.layers


def _layers_of_first_scan(content: bytes) -> int:
    """How many layers (red, green, blue …) of a JPEG its first scan has; 0 if its parts don't follow each other."""
    at = 2
    while content[at : at + 1] == b"\xff" and at + 4 < len(content):
        if content[at + 1] == START_OF_SCAN:
            return content[at + 4]
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
    return 0


def _is_see_through(picture: Image.Image) -> bool:
    return "A" in picture.getbands() or "transparency" in picture.info


def _small_and_upright(picture: Image.Image, longest: int) -> Image.Image:
    picture.load()
    if picture.mode not in ("L", "LA", "RGB", "RGBA", "CMYK") or "transparency" in picture.info:
        small = picture.convert("RGBA" if _is_see_through(picture) else "RGB")
        small.info = picture.info
        picture = small
    picture.thumbnail((longest, longest))
    return ImageOps.exif_transpose(in_srgb(picture))


def _webp(picture: Image.Image, width: int) -> bytes:
    picture = picture.copy()
    picture.info.clear()  # what the camera wrote: place, device, time
    picture.thumbnail((width, picture.height))
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=80, method=4, exif=b"", xmp=b"", icc_profile=None)
    return out.getvalue()
