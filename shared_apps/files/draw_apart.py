"""Draws one SVG from its standard input as a PNG on its standard output; run as a process of its own.

    python -I draw_apart.py 800 < logo.svg > logo.png

It may take little time and memory and, once it has begun to read, open no file. Its exit code says what is wrong; any
other one than these means that the drawing takes too much. What it did not understand and has drawn otherwise, it says
on its standard error.
"""

import os
import re
import resource
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NO_DRAWING, HAS_LETTERS, HAS_PICTURES, HAS_MORE, HAS_ENTITIES, TOO_NARROW, BY_STYLE = 11, 12, 13, 14, 15, 16, 17
SECONDS = 3  # of a processor
MEMORY = 300 * 1024 * 1024
MOST_SAID = 256 * 1024  # bytes
DEEPEST = 200  # elements one inside the other
MOST_ENTITIES, LONGEST_ENTITY = 50, 200
NARROWEST = 20  # times as high as wide, or as wide as high
DOTS_PER_INCH = 96  # as CSS has it: what a millimetre is in pixels
OPEN = 3  # standard input, output and error
SVG = "{http://www.w3.org/2000/svg}"
LINKS = ("href", "{http://www.w3.org/1999/xlink}href")
LETTERS, PICTURES = {f"{SVG}text", f"{SVG}flowRoot"}, {f"{SVG}image", f"{SVG}feImage"}
# What some browsers or programs show, and nobody else.
MORE = {f"{SVG}{name}" for name in ("foreignObject", "mesh", "meshgradient", "meshGradient")}
WIDE = re.compile(r"\b(?:color|color-mix|oklch|oklab|lch|lab)\(", re.IGNORECASE)  # colours that are not of sRGB
BLOCK = re.compile(r"\{([^{}]*)\}")  # the declarations of a rule in a style sheet
# Where a shape is and how large: browsers take it from a style, the library takes it from attributes alone.
PLACED = re.compile(r"(?:^|[;{])\s*(?:x|y|cx|cy|r|rx|ry|d)\s*:")
SIZED = re.compile(r"(?:^|[;{])\s*(?:width|height)\s*:")


class Refused(Exception):
    """The drawing is refused, with the exit code that says why."""


def main(longest: int) -> None:
    """Read, draw and write. Raises `Refused`; whatever else it raises is too much as well."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_SAID, MOST_SAID))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import resvg_py

    out = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # where the library says what it did not understand
    text = read(sys.stdin.buffer.read())
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN, OPEN))  # a drawing may name files of this machine

    def drawn(*, width: int | None = None, height: int | None = None, says: bool = True) -> tuple[bytes, int, int]:
        png: bytes = resvg_py.svg_to_bytes(
            svg_string=text, skip_system_fonts=True, width=width, height=height, dpi=DOTS_PER_INCH,
            log_information=says,
        )  # fmt: skip
        # Of a PNG the size stands at the same place always: width, then height.
        return png, int.from_bytes(png[16:20]), int.from_bytes(png[20:24])

    try:
        _png, across, down = drawn(width=NARROWEST, says=False)  # its shape: the whole of a narrow one may be very high
        if down > NARROWEST * across:
            raise Refused(TOO_NARROW)
        png, across, down = drawn(height=longest) if down > across else drawn(width=longest)
        if across > NARROWEST * down:
            raise Refused(TOO_NARROW)
    except ValueError:
        raise Refused(NO_DRAWING) from None
    with os.fdopen(out, "wb") as picture:
        picture.write(png)


def read(content: bytes) -> str:
    """The drawing, written anew: without what XML declares, so that nobody reads it otherwise than we did."""
    from xml.etree import ElementTree
    from xml.parsers.expat import ExpatError, ParserCreate

    built = ElementTree.TreeBuilder()
    names: list[str] = []
    entities: list[str] = []

    def begin(name: str, attributes: dict[str, str]) -> None:
        names.append(name)
        if len(names) > DEEPEST:
            raise Refused(1)
        built.start(_qualified(name), {_qualified(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        names.pop()
        built.end(_qualified(name))

    def declare(name: str, is_parameter: bool, value: str | None, *_where: object) -> None:
        # Illustrator writes addresses as entities. Those that name others may grow without an end.
        entities.append(name)
        plain = value is not None and len(value) <= LONGEST_ENTITY and not set("&%<") & set(value)
        if is_parameter or not plain or len(entities) > MOST_ENTITIES:
            raise Refused(HAS_ENTITIES)

    parser = ParserCreate(namespace_separator="}")
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, built.data
    parser.EntityDeclHandler = declare
    try:
        parser.Parse(content, True)
    except (ExpatError, ValueError, LookupError):
        raise Refused(NO_DRAWING) from None
    root = built.close()
    if root.tag == "svg":  # as some programs write it, and browsers don't show
        for part in root.iter():
            if not part.tag.startswith("{"):
                part.tag = SVG + part.tag
    if root.tag != f"{SVG}svg":
        raise Refused(NO_DRAWING)
    for part in list(root.iter()):
        for one in [one for one in part if one.get("requiredExtensions") is not None]:
            part.remove(one)  # what a program keeps for itself
    refuse_undrawn(root)
    return ElementTree.tostring(root, encoding="unicode")


def refuse_undrawn(root: "Element") -> None:
    """Raise `Refused` for what browsers show and the library leaves out without a word."""
    styles = []
    for part in root.iter():
        if part.tag in PICTURES:
            raise Refused(HAS_PICTURES)
        if part.tag in LETTERS and "".join(part.itertext()).strip():
            raise Refused(HAS_LETTERS)
        links = [part.get(name, "#").strip() for name in LINKS]
        if part.tag in MORE or (part.tag == f"{SVG}use" and not all(link.startswith("#") for link in links)):
            raise Refused(HAS_MORE)
        if part.tag == f"{SVG}style":
            part.text = BLOCK.sub(lambda block: f"{{{known(block[1], set())}}}", "".join(part.itertext()))
            styles.append(part.text)
        elif style := part.get("style"):
            part.set("style", known(style, set(part.keys())))
            styles.append(style if part is not root else "")
    css = "\n".join(styles)
    no_size = any(part.tag == f"{SVG}rect" and not {"width", "height"} <= set(part.keys()) for part in root.iter())
    if any(map(PLACED.search, styles)) or (no_size and SIZED.search(css)):
        raise Refused(BY_STYLE)


def known(style: str, before: set[str]) -> str:
    """The declarations without colours of a wider space, where an ordinary one is there for those who don't know it."""
    kept = []
    for declaration in style.split(";"):
        name, _colon, value = declaration.partition(":")
        name = name.strip().lower()
        if name not in before or not WIDE.search(value):
            kept.append(declaration)
            before.add(name)
    return ";".join(kept)


def _qualified(name: str) -> str:
    """`address}name` of the parser as `{address}name`."""
    return f"{{{name}" if "}" in name else name


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]))
    except Refused as refusal:
        sys.exit(refusal.args[0])
    except MemoryError:
        sys.exit(1)
