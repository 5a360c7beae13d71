"""Drawings (SVG) that people upload: drawn once into a picture of dots, by a process of its own that may take little.

A small file can keep whoever draws it busy for hours, and can act or fetch. What is kept and shown is the picture.
"""

import subprocess
import sys
from pathlib import Path
from xml.parsers.expat import ExpatError, ParserCreate

import structlog
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shared_apps.files.draw_apart import HAS_LETTERS, HAS_PICTURES, NO_DRAWING

MOST_BYTES = 512 * 1024
LONGEST_WAIT = 15  # seconds on the clock; what it may take of a processor is less, see `draw_apart`
BEGINNING = 100_000  # bytes in which the first element must begin
DRAW_APART = Path(__file__).with_name("draw_apart.py")
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
    and for pictures inside.
    """
    too_much = _("The drawing has too many parts. Simplify it, or use a PNG.")
    if len(content) > MOST_BYTES:
        raise ValidationError(too_much)
    command = [sys.executable, "-I", str(DRAW_APART), str(longest)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=LONGEST_WAIT, env={}, check=False)
    except subprocess.TimeoutExpired:
        raise ValidationError(too_much) from None
    if done.returncode == 0:
        return done.stdout
    log.info("drawing refused", code=done.returncode, error=done.stderr[-200:].decode(errors="replace"))
    raise ValidationError(
        {
            NO_DRAWING: _("This is not a drawing we can read. Use a plain SVG, or a PNG."),
            HAS_LETTERS: _("The drawing brings no fonts along. Turn its letters into paths, or use a PNG."),
            HAS_PICTURES: _("There is a picture inside the drawing. Take it out, or use a PNG of the whole."),
        }.get(done.returncode, too_much)
    )
