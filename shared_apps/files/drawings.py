"""Drawings (SVG) that people upload: drawn once into a picture of dots, by a process of its own that may take little.

A small file can keep whoever draws it busy for hours, and can act or fetch. What is kept and shown is the picture.
"""

import io
import re
from xml.parsers.expat import ExpatError, ParserCreate

import structlog
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shared_apps.files.apart import read_apart
from shared_apps.files.draw_apart import (
    BY_STYLE,
    HAS_ENTITIES,
    HAS_LETTERS,
    HAS_MORE,
    HAS_PICTURES,
    NO_DRAWING,
    TOO_NARROW,
)

MOST_BYTES = 512 * 1024
BEGINNING = 100_000  # bytes in which the first element must begin
LONGEST_QUOTE = 80  # letters
UNKNOWN = re.compile(
    r"Failed to parse (?P<name>[\w-]+) value: '(?P<value>[^'\n]*)'|'(?P<selector>[^'\n]*)' is not supported\. Selector"
)
COLOURED = ("fill", "stroke", "color", "stop-color", "flood-color", "lighting-color")
log = structlog.get_logger()


class _Found(Exception):
    """The first element has begun."""


def is_drawing(content: bytes) -> bool:
    """Whether `content` is an SVG rather than a picture of dots: whether its first element is `svg`."""
    names: list[str] = []

    def begin(name: str, _attributes: dict[str, str]) -> None:
        names.append(name)
        raise _Found

    def refuse(*_declared: object) -> None:
        raise _Found

    parser = ParserCreate()
    parser.StartElementHandler = begin
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content[:BEGINNING], False)
    except _Found:
        pass
    except ExpatError:
        return False
    except (ValueError, LookupError):  # letters of an encoding that the parser does not know
        pass
    return any(name.rpartition(":")[2] == "svg" for name in names) or (not names and b"<svg" in content[:BEGINNING])


def draw(content: bytes, *, longest: int) -> bytes:
    """The drawing as a PNG whose longer side is `longest` pixels.

    Raises ValidationError for one that takes too much or that we can't read, for letters, whose fonts are not there,
    for pictures inside, and for whatever else would be drawn otherwise than browsers show it.
    """
    too_much = _("The drawing has too many parts. Simplify it, or use a PNG.")
    if len(content) > MOST_BYTES:
        raise ValidationError(too_much)
    done = read_apart("draw_apart.py", str(longest), content=io.BytesIO(content))
    if done.code == 0 and not (unknown := _not_understood(done.said)):
        return done.output
    log.info("drawing refused", code=done.code, error=done.said[-200:])
    if done.code == 0:
        text = _("The drawing says “%s”, which we can't draw. Save it in a plainer way, or use a PNG.")
        raise ValidationError(text % unknown[:LONGEST_QUOTE])
    raise ValidationError(
        {
            NO_DRAWING: _("This is not a drawing we can read. Use a plain SVG, or a PNG."),
            HAS_LETTERS: _("The drawing brings no fonts along. Turn its letters into paths, or use a PNG."),
            HAS_PICTURES: _("There is a picture inside the drawing. Take it out, or use a PNG of the whole."),
            HAS_MORE: _(
                "A part of the drawing is a page, a mesh or in another file. Turn it into paths, or use a PNG."
            ),
            HAS_ENTITIES: _("The drawing keeps more than what it shows. Save it without editing capabilities."),
            TOO_NARROW: _("The drawing is more than 20 times as long as it is wide. Cut it, or use a PNG."),
            BY_STYLE: _("A style places parts of the drawing. Save it with presentation attributes, or use a PNG."),
        }.get(done.code or 1, too_much)
    )


def _not_understood(said: str) -> str:
    """What the library did not understand and has drawn in another way; empty if browsers would do the same."""
    for found in UNKNOWN.finditer(said):
        name, value, selector = found["name"], found["value"], found["selector"]
        if selector:
            return selector
        # Browsers pass over what nobody understands, too, and over what is not there; but there is no other colour.
        if name in COLOURED or ("(" in value and not value.startswith("url(")):
            return f"{name}: {value}"
    return ""
