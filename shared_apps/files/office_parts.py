"""The XML inside documents of Office and OpenDocument: what of it runs, and what fetches from elsewhere."""

import re
import zipfile
from collections.abc import Iterator
from typing import NamedTuple
from xml.parsers.expat import ExpatError, ParserCreate

MOST_XML = 1024 * 1024  # bytes of a part that says what the others are
MOST_TEXTS = 16 * 1024 * 1024  # bytes of all parts with texts together
PIECE = 64 * 1024  # bytes that are looked at in one go
# Kinds of what a document names that is not in it, or not in its own words: with it come macros, pages and passwords.
LOADED = ("attachedtemplate", "oleobject", "relationships/frame", "afchunk", "externallink", "subdocument")
# A field of Word begins with what it does: these run a program, or put in what another file or machine holds.
FETCHES = re.compile(r"^\s*(?:DDE|DDEAUTO|INCLUDE|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK)\b", re.I | re.M)
# In OpenDocument: what stands for something that is elsewhere, and what has an address that only a click opens.
STAND_FOR = {"section-source", "table-source", "cell-range-source", "dde-source", "dde-link", "dde-connection-decl"}
FOLLOWED = {"a", "event-listener", "template"}
SCRIPTS = "urn:oasis:names:tc:opendocument:xmlns:script:1.0"
HREF = "http://www.w3.org/1999/xlink href"
ELSEWHERE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:|[/\\]|(?:\./)*\.\./)", re.I)


class Element(NamedTuple):
    """The beginning of an element, its names as `address name`, or a text, which has no name."""

    name: str
    attributes: dict[str, str]
    text: str = ""

    @property
    def short(self) -> str:
        """Its name, without the address that says whose name it is."""
        return self.name.rpartition(" ")[2]

    def get(self, name: str) -> str:
        """The attribute of that short name; empty if there is none."""
        return next((value for key, value in self.attributes.items() if key.rpartition(" ")[2] == name), "")


def elements_of(parts: zipfile.ZipFile, name: str, most: int = MOST_XML) -> Iterator[Element]:
    """What a part of XML holds. Raises for more than `most` bytes, for no XML, and for what declares entities."""
    found: list[Element] = []

    def begin(name: str, attributes: dict[str, str]) -> None:
        found.append(Element(name, attributes))

    def say(text: str) -> None:
        found.append(Element("", {}, text))

    def refuse(*_declared: object) -> None:
        raise ExpatError("declares entities")

    parser = ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.CharacterDataHandler = begin, say
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    if parts.getinfo(name).file_size > most:
        raise ValueError("too long")
    with parts.open(name) as part:
        while piece := part.read(PIECE):
            parser.Parse(piece, False)
            yield from found
            found.clear()
    parser.Parse(b"", True)


def loads_elsewhere(parts: zipfile.ZipFile) -> bool:
    """Whether a document of Office names something that comes with it and is not in it, or not in its own words."""
    relations = [name for name in parts.namelist() if name.lower().endswith(".rels")]
    return any(_is_loaded(one) for name in relations for one in elements_of(parts, name))


def _is_loaded(relation: Element) -> bool:
    kind = relation.get("Type").lower()
    is_outside = relation.get("TargetMode").lower() == "external" and not kind.endswith("/hyperlink")
    return is_outside or any(word in kind for word in LOADED)


def has_fetching_fields(parts: zipfile.ZipFile) -> bool:
    """Whether a field of a document of Word runs a program, or fetches from elsewhere."""
    said, is_instruction = [], False
    for one in _texts(parts):
        if one.name:
            is_instruction = one.short == "instrText"
        if one.short == "fldSimple":
            said += ["\n", one.get("instr"), "\n"]
        elif one.short == "fldChar":  # begins or ends a field, whose instruction may be in several texts
            said.append("\n")
        elif is_instruction:
            said.append(one.text)
    return bool(FETCHES.search("".join(said)))


def acts_or_fetches(parts: zipfile.ZipFile) -> bool:
    """Whether an OpenDocument starts something, or shows what another file or machine holds."""
    for one in _texts(parts):
        if one.short in STAND_FOR or one.name == f"{SCRIPTS} event-listener" or one.get("action") == "execute":
            return True
        if one.short not in FOLLOWED and ELSEWHERE.match(one.attributes.get(HREF, "")):
            return True
    return False


def _texts(parts: zipfile.ZipFile) -> Iterator[Element]:
    """What the parts of XML hold that are neither about other parts nor of a program's own."""
    left = MOST_TEXTS
    for name in parts.namelist():
        if name.lower().endswith(".xml") and not name.startswith(("META-INF/", "[Content_Types]")):
            yield from elements_of(parts, name, left)
            left -= parts.getinfo(name).file_size
