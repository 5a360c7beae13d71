"""Drawings (SVG) that people upload: looked through as they come, then written anew without anything that acts."""

from xml.parsers.expat import ExpatError, ParserCreate

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from py_svg_hush import filter_svg

MOST_BYTES = 512 * 1024  # as it is sent, and as it is kept
MOST_ELEMENTS = 10_000
MOST_ATTRIBUTES = 60  # of one element
MOST_NAMESPACES = 50  # of the whole drawing: each element below carries them
DEEPEST = 40  # elements one inside the other: each is indented as it is written anew


class _NoDrawing(Exception):
    """Not a drawing that we read."""


class _TooMuch(Exception):
    """A drawing of which too much would come."""


def is_drawing(content: bytes) -> bool:
    """Whether `content` is an SVG rather than a picture of dots, as its beginning says."""
    return b"<svg" in content[:2000]


def clean_drawing(content: bytes) -> bytes:
    """The drawing without scripts, styles from elsewhere and links. Raises ValidationError for one that is too much,
    or none.
    """
    try:
        _look_through(content)
        cleaned: bytes = filter_svg(content)
        if len(cleaned) > MOST_BYTES:
            raise _TooMuch
        if b"javascript:" in cleaned.lower():
            raise _NoDrawing
    except _TooMuch:
        raise ValidationError(_("The drawing has too many parts. Simplify it, or use a PNG.")) from None
    except (_NoDrawing, ExpatError, ValueError):
        raise ValidationError(_("This is not a drawing we can read. Use a plain SVG, or a PNG.")) from None
    return cleaned


def _look_through(content: bytes) -> None:
    """Raise unless it is well-formed, declares nothing of its own and is within bounds.

    Nothing is kept but counts, so whatever it is, this takes little: the parser stops at the first thing too many.
    """
    if len(content) > MOST_BYTES:
        raise _TooMuch
    counts = {"elements": 0, "namespaces": 0, "depth": 0}

    def begin(_name: str, attributes: list[str]) -> None:
        counts["elements"] += 1
        counts["depth"] += 1
        counts["namespaces"] += sum(name.startswith("xmlns") for name in attributes[::2])
        if (
            counts["elements"] > MOST_ELEMENTS
            or counts["depth"] > DEEPEST
            or counts["namespaces"] > MOST_NAMESPACES
            or len(attributes) > 2 * MOST_ATTRIBUTES
        ):
            raise _TooMuch

    def end(_name: str) -> None:
        counts["depth"] -= 1

    def refuse(*_declared: object) -> None:
        raise _NoDrawing

    def declare(_version: str, encoding: str | None, _alone: int) -> None:
        if (encoding or "utf-8").lower() != "utf-8":
            raise _NoDrawing

    parser = ParserCreate()
    parser.ordered_attributes = True
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse  # entities may grow without an end
    parser.XmlDeclHandler = declare
    parser.Parse(content, True)
