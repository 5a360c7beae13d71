"""Drawings (SVG) that people upload: looked through, written anew without anything that acts, and kept only if plain.

Copies, patterns, markers and filters can make a browser draw for hours what is a small file, so there may be none.
"""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from urllib.parse import unquote
from xml.parsers.expat import ExpatError, ParserCreate

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from py_svg_hush import filter_svg

MOST_BYTES = 512 * 1024  # as it is sent, and as it is kept
MOST_ELEMENTS = 5_000
MOST_ATTRIBUTES = 60  # of one element
MOST_NAMESPACES = 50  # of the whole drawing: each element below carries them
DEEPEST = 40  # elements one inside the other: each is indented as it is written anew
MOST_STYLE = 20_000  # letters of its stylesheets, which count for every element
LETTERS = 200  # of an element's attributes: a path of so many is as much as an element more
MOST_CUT = 3_000  # elements of masks and clipping paths, each as often as something is cut by them
SHADES = {"linearGradient", "radialGradient"}
CUTS = {"clipPath", "mask"}
SHAPES = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan"}
PLAIN = {"svg", "g", "a", "title", "desc", "defs", "style", "stop", *SHADES, *CUTS, *SHAPES}
URL = re.compile(r"url\([^#()]*#([^)\"']*)", re.IGNORECASE)
EFFECTS = {"filter", "animation"}  # parts of names of properties
FORMS = ("path(", "polygon(", "shape(")  # each element of a class would have one
CLASS, SELECTORS = re.compile(r"\.([\w-]+)"), re.compile(r"\s*\.[\w-]+\s*(?:,\s*\.[\w-]+\s*)*")
PARTING = re.compile(r"[;{}]")
ESCAPED = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))")  # a letter of a stylesheet in another writing
COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)


class _NoDrawing(Exception):
    """Not a drawing that we read."""


class _TooMuch(Exception):
    """A drawing of which too much would come."""


class _NotPlain(Exception):
    """A drawing with more than shapes, letters, shades and what is cut out of them."""


def is_drawing(content: bytes) -> bool:
    """Whether `content` is an SVG rather than a picture of dots, as its beginning says."""
    return b"<svg" in content[:2000]


def clean_drawing(content: bytes) -> bytes:
    """The drawing without scripts, styles from elsewhere and links. Raises ValidationError for one that is too much,
    not plain, or none.
    """
    try:
        _look_through(content)
        cleaned: bytes = filter_svg(content)
        if len(cleaned) > MOST_BYTES:
            raise _TooMuch
        if b"javascript:" in cleaned.lower():
            raise _NoDrawing
        _refuse_what_is_not_plain(cleaned)  # of what is served: names are written in one way only by now
    except _TooMuch:
        raise ValidationError(_("The drawing has too many parts. Simplify it, or use a PNG.")) from None
    except _NotPlain:
        text = _("Export it without filters, patterns, markers, copies, pictures inside it and movement, or use a PNG.")
        raise ValidationError(text) from None
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


def _refuse_what_is_not_plain(cleaned: bytes) -> None:
    """Raise if it has more than shapes, letters, shades and what is cut out, or too much of the last."""
    parts = _Parts()
    parser = ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = parts.begin, parts.end
    parser.CharacterDataHandler = parts.read
    parser.Parse(cleaned, True)
    if parts.cut() > MOST_CUT:
        raise _TooMuch


@dataclass
class _Part:
    """An element. `shows` are the ids that it names; `cuts`: it is, or is in, what others are cut by."""

    name: str
    key: str
    classes: list[str]
    shows: list[str]
    cuts: bool
    size: int  # one, and more for a long path; with all inside it


@dataclass
class _Parts:
    """The elements of a drawing, and how many a browser draws only to cut others by them.

    A mask or a clipping path is drawn each time that something is cut by it. A few that are cut by each other would be
    drawn millions of times, so none may be.
    """

    all: list[_Part] = field(default_factory=list)
    open: list[_Part] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name not in PLAIN or "filter" in attributes:
            raise _NotPlain
        if not all(map(_is_plain, _readings(attributes.get("style", "")))):
            raise _NotPlain
        shows = [shown for value in attributes.values() for shown in _shown_by(value)]
        cuts = name in CUTS or bool(self.open and self.open[-1].cuts)
        size = 1 + sum(map(len, attributes.values())) // LETTERS
        part = _Part(name, attributes.get("id", ""), attributes.get("class", "").split(), shows, cuts, size)
        self.all.append(part)
        self.open.append(part)

    def read(self, text: str) -> None:
        if self.open and self.open[-1].name == "style":
            self.styles.append(text)

    def end(self, _name: str) -> None:
        part = self.open.pop()
        if self.open:
            self.open[-1].size += part.size

    def cut(self) -> int:
        """How many elements are drawn to cut others. Raises `_NotPlain` for what can't be told, or cuts each other."""
        sizes: dict[str, int] = {}
        for part in self.all:
            if part.name in CUTS and part.key:
                sizes[part.key] = max(part.size, sizes.get(part.key, 0))
        by_class = self._by_class(sizes.keys())
        drawn = 0
        for part in self.all:
            styled = (shown for name in part.classes for shown in by_class.get(name, ()))
            for shown in {*part.shows, *styled} & sizes.keys():
                if part.cuts:
                    raise _NotPlain
                drawn += sizes[shown]
        return drawn

    def _by_class(self, cuts: AbstractSet[str]) -> dict[str, set[str]]:
        """The ids of masks and clipping paths that rules of the stylesheet name for a class."""
        style, found = "".join(self.styles), dict[str, set[str]]()
        if len(style) > MOST_STYLE:
            raise _TooMuch
        for text in _readings(style):
            if not _is_plain(text):
                raise _NotPlain
            for rule in text.split("}"):
                before, _brace, body = rule.rpartition("{")
                shown, selectors = {*_shown_by(body)} & cuts, before.rpartition("{")[2]
                if {*_shown_by(before)} & cuts or (shown and not SELECTORS.fullmatch(selectors)):
                    raise _NotPlain
                for name in CLASS.findall(selectors) if shown else ():
                    found.setdefault(name, set()).update(shown)
        return found


def _is_plain(style: str) -> bool:
    """Whether a style has no effects, no movement, no shapes, and no property of its own that names a part."""
    for declared in PARTING.split(style.lower()):
        name, _colon, value = (part.strip() for part in declared.partition(":"))
        if EFFECTS & {*name.split("-")} and not value.startswith("none"):
            return False
        if name.startswith("--") and "url" in value:
            return False
    return not any(form in style.lower() for form in FORMS)


def _shown_by(value: str) -> Iterator[str]:
    """The ids of the parts that an attribute or a style names."""
    return (unquote(name).strip() for text in _readings(value) for name in URL.findall(text))


def _readings(style: str) -> list[str]:
    """A style with each letter as what it is; also without comments, which a browser finds where no text begins."""
    if "\\" not in style and "/*" not in style:
        return [style]
    return [ESCAPED.sub(_letter, text) for text in (style, COMMENT.sub("", style))]


def _letter(escaped: re.Match[str]) -> str:
    return chr(min(int(escaped[1], 16), 0x10FFFF)) if escaped[1] else escaped[2]
