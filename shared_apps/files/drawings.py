"""Drawings (SVG) that people upload: looked through as they come, then written anew without anything that acts."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from urllib.parse import unquote
from xml.parsers.expat import ExpatError, ParserCreate

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from py_svg_hush import filter_svg

MOST_BYTES = 512 * 1024  # as it is sent, and as it is kept
MOST_ELEMENTS = 10_000
MOST_ATTRIBUTES = 60  # of one element
MOST_NAMESPACES = 50  # of the whole drawing: each element below carries them
DEEPEST = 40  # elements one inside the other: each is indented as it is written anew
MOST_DRAWN = 20_000  # elements, each as often as another part shows it
SHOW = {"use", "pattern", "feImage"}  # elements that show what their href names
URL = re.compile(r"url\(\s*[\"']?[^#)]*#([^)\"']*)", re.IGNORECASE)


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

    Little is kept, so whatever it is, this takes little: the parser stops at the first thing too many.
    """
    if len(content) > MOST_BYTES:
        raise _TooMuch
    counts = {"elements": 0, "namespaces": 0, "depth": 0}
    shown = _Shown()

    def begin(name: str, attributes: list[str]) -> None:
        counts["elements"] += 1
        counts["depth"] += 1
        counts["namespaces"] += sum(key.startswith("xmlns") for key in attributes[::2])
        if (
            counts["elements"] > MOST_ELEMENTS
            or counts["depth"] > DEEPEST
            or counts["namespaces"] > MOST_NAMESPACES
            or len(attributes) > 2 * MOST_ATTRIBUTES
        ):
            raise _TooMuch
        shown.begin(name, attributes)

    def end(_name: str) -> None:
        counts["depth"] -= 1
        shown.end()

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
    if shown.drawn() > MOST_DRAWN:
        raise _TooMuch


class _Shown:
    """How many elements a browser draws: parts that show other parts, in turn, make millions of a few."""

    def __init__(self) -> None:
        self.elements = 0
        self.open: list[tuple[str, int]] = []  # the id of each element that is not closed yet, and its number
        self.parts: dict[str, list[range]] = {}  # by id, the numbers of an element and of all inside it
        self.at: list[int] = []  # the elements that show a part, and beside them the ids of these parts
        self.targets: list[str] = []
        self.sums: dict[str, int] = {}

    def begin(self, name: str, attributes: list[str]) -> None:
        pairs = list(zip(attributes[::2], attributes[1::2], strict=True))
        self.open.append((next((value for key, value in pairs if _local(key) == "id"), ""), self.elements))
        for target in _shown_by(_local(name), pairs):
            self.at.append(self.elements)
            self.targets.append(target)
        self.elements += 1

    def end(self) -> None:
        key, number = self.open.pop()
        if key:
            self.parts.setdefault(key, []).append(range(number, self.elements))

    def drawn(self) -> int:
        return self._drawn(range(self.elements), 0)

    def _drawn(self, part: range, depth: int) -> int:
        first, end = bisect_left(self.at, part.start), bisect_left(self.at, part.stop)
        return len(part) + sum(self._of(target, depth) for target in self.targets[first:end])

    def _of(self, key: str, depth: int) -> int:
        if depth > DEEPEST:  # or a part that shows itself
            raise _TooMuch
        if key not in self.sums:
            self.sums[key] = sum(self._drawn(part, depth + 1) for part in self.parts.get(key, []))
        return self.sums[key]


def _shown_by(name: str, attributes: list[tuple[str, str]]) -> Iterator[str]:
    """The ids of the parts that an element shows."""
    for key, value in attributes:
        if "#" in value:
            if name in SHOW and _local(key) == "href":
                yield unquote(value.partition("#")[2]).strip()
            yield from map(unquote, URL.findall(value))


def _local(name: str) -> str:
    return name.rpartition(":")[2]
