"""Drawings (SVG) that people upload: looked through as they come, then written anew without anything that acts."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
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
MOST_LINKS = 100_000  # from one part to another; no more than a drawing of that size can write out
MOST_SELECTORS = 300  # of rules that show a part: each is compared with every element
SHOW = {"use", "pattern", "feImage"}  # elements that show what their href names
URL = re.compile(r"url\(\s*[\"']?[^#()]*#([^)\"']*)", re.IGNORECASE)
INHERITED = ("fill", "stroke", "marker", "--")  # how names of properties begin that hold for all inside an element
ESCAPED = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))")  # a letter of a stylesheet in another writing
COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
CLASS, ID, TAG = re.compile(r"\.([\w-]+)"), re.compile(r"#([\w-]+)"), re.compile(r"[\w-]+")


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

    def read(text: str) -> None:
        shown.read(text)

    def refuse(*_declared: object) -> None:
        raise _NoDrawing

    def declare(_version: str, encoding: str | None, _alone: int) -> None:
        if (encoding or "utf-8").lower() != "utf-8":
            raise _NoDrawing

    parser = ParserCreate()
    parser.ordered_attributes = True
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler = read
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse  # entities may grow without an end
    parser.XmlDeclHandler = declare
    parser.Parse(content, True)
    if shown.drawn() > MOST_DRAWN:
        raise _TooMuch


@dataclass(frozen=True)
class _Element:
    """What a rule of a stylesheet can name an element by."""

    name: str
    key: str
    classes: frozenset[str]


class _Shown:
    """How many elements a browser draws: parts that show other parts, in turn, make millions of a few."""

    def __init__(self) -> None:
        self.elements: list[_Element] = []
        self.open: list[int] = []  # the numbers of the elements that are not closed yet
        self.ends: dict[int, int] = {}  # by the number of an element, that of the first one after all inside it
        self.parts: dict[str, list[range]] = {}  # by id, the numbers of an element and of all inside it
        self.links: list[tuple[int, str, bool]] = []  # which element shows which part; whether all inside it do
        self.styles: list[str] = []
        self.at: list[int] = []
        self.sums: dict[str, int] = {}

    def begin(self, name: str, attributes: list[str]) -> None:
        pairs = [(_local(key), value) for key, value in zip(attributes[::2], attributes[1::2], strict=True)]
        said = dict(reversed(pairs))
        number = len(self.elements)
        element = _Element(_local(name), said.get("id", ""), frozenset(said.get("class", "").split()))
        self.elements.append(element)
        self.open.append(number)
        self.links += ((number, target, inside) for target, inside in _shown_by(element.name, pairs))

    def read(self, text: str) -> None:
        if self.open and self.elements[self.open[-1]].name == "style":
            self.styles.append(text)

    def end(self) -> None:
        number = self.open.pop()
        self.ends[number] = len(self.elements)
        if key := self.elements[number].key:
            self.parts.setdefault(key, []).append(range(number, len(self.elements)))

    def drawn(self) -> int:
        left = MOST_SELECTORS
        for rule in _plain("".join(self.styles)).split("}"):
            before, _brace, body = rule.rpartition("{")
            shown = list(_in_style(body))
            selectors = before.rpartition("{")[2].split(",") if shown else []
            left -= len(selectors)
            if left < 0:
                raise _TooMuch
            for number in self._chosen_by(selectors):
                self.links += ((number, target, inside) for target, inside in shown)
                if len(self.links) > MOST_LINKS:
                    raise _TooMuch
        self.links.sort()
        self.at = [number for number, _target, _inside in self.links]
        return self._drawn(range(len(self.elements)), 0)

    def _chosen_by(self, selectors: list[str]) -> Iterator[int]:
        """The numbers of the elements that a rule is for; rather too many than too few."""
        for selector in selectors:
            last = re.split(r"[\s>+~]+", selector.strip())[-1]
            classes, keys, tag = set(CLASS.findall(last)), ID.findall(last), TAG.match(last)
            for number, element in enumerate(self.elements):
                if (
                    classes <= element.classes
                    and (not keys or element.key in keys)
                    and (not tag or tag[0] == element.name)
                ):
                    yield number

    def _drawn(self, part: range, depth: int) -> int:
        first, end = bisect_left(self.at, part.start), bisect_left(self.at, part.stop)
        return len(part) + sum(
            self._of(target, depth) * (self.ends[number] - number if inside else 1)
            for number, target, inside in self.links[first:end]
        )

    def _of(self, key: str, depth: int) -> int:
        if depth > DEEPEST:  # or a part that shows itself
            raise _TooMuch
        if key not in self.sums:
            self.sums[key] = sum(self._drawn(part, depth + 1) for part in self.parts.get(key, []))
        return self.sums[key]


def _shown_by(name: str, attributes: list[tuple[str, str]]) -> Iterator[tuple[str, bool]]:
    """The ids of the parts that an element shows, and whether all inside it show them, too."""
    for key, value in attributes:
        if key == "style":
            yield from _in_style(_plain(value))
        elif "#" in value:
            if name in SHOW and key == "href":
                yield unquote(value.partition("#")[2]).strip(), False
            yield from _in_style(f"{key}:{_plain(value)}")


def _in_style(text: str) -> Iterator[tuple[str, bool]]:
    """The same for what stands between the braces of a rule."""
    for declared in text.split(";"):
        inside = declared.partition(":")[0].strip().lower().startswith(INHERITED)
        for target in URL.findall(declared):
            yield unquote(target).strip(), inside


def _plain(style: str) -> str:
    """`style` without comments, and with each letter as what it is."""
    if "\\" in style:
        style = ESCAPED.sub(lambda found: chr(min(int(found[1], 16), 0x10FFFF)) if found[1] else found[2], style)
    return COMMENT.sub("", style)


def _local(name: str) -> str:
    return name.rpartition(":")[2]
