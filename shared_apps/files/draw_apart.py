"""Draws one SVG from its standard input as a PNG on its standard output; run as a process of its own.

    python -I draw_apart.py 800 < logo.svg > logo.png

It may take little time and memory and, once it has begun to read, open no file. Its exit code says what is wrong; any
other one than these means that the drawing takes too much.
"""

import resource
import sys

NO_DRAWING, HAS_LETTERS, HAS_PICTURES = 11, 12, 13
SECONDS = 3  # of a processor
MEMORY = 1024 * 1024 * 1024
DEEPEST = 200  # elements one inside the other
OPEN = 3  # standard input, output and error
SVG = "{http://www.w3.org/2000/svg}"
LETTERS, PICTURES = {f"{SVG}text", f"{SVG}foreignObject"}, {f"{SVG}image", f"{SVG}feImage"}


class Refused(Exception):
    """The drawing is refused, with the exit code that says why."""


def main(longest: int) -> None:
    """Read, draw and write. Raises `Refused`; whatever else it raises is too much as well."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import resvg_py

    content = sys.stdin.buffer.read()
    text = read(content)
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN, OPEN))  # a drawing may name files of this machine

    def drawn(*, width: int | None = None, height: int | None = None) -> bytes:
        png: bytes = resvg_py.svg_to_bytes(svg_string=text, skip_system_fonts=True, width=width, height=height)
        return png

    try:
        png = drawn(width=longest)
        # Of a PNG the size stands at the same place always: width, then height.
        if int.from_bytes(png[20:24]) > longest:
            png = drawn(height=longest)
    except ValueError:
        raise Refused(NO_DRAWING) from None
    sys.stdout.buffer.write(png)


def read(content: bytes) -> str:
    """The drawing, written anew: without what XML declares, so that nobody reads it otherwise than we did."""
    from xml.etree import ElementTree
    from xml.parsers.expat import ExpatError, ParserCreate

    built = ElementTree.TreeBuilder()
    names: list[str] = []

    def begin(name: str, attributes: dict[str, str]) -> None:
        names.append(name)
        if len(names) > DEEPEST:
            raise Refused(1)
        built.start(_qualified(name), {_qualified(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        names.pop()
        built.end(_qualified(name))

    def refuse(*_declared: object) -> None:
        raise Refused(NO_DRAWING)

    parser = ParserCreate(namespace_separator="}")
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, built.data
    parser.EntityDeclHandler = refuse  # entities may grow without an end
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
    for part in root.iter():
        if part.tag in PICTURES:
            raise Refused(HAS_PICTURES)
        if part.tag in LETTERS and "".join(part.itertext()).strip():
            raise Refused(HAS_LETTERS)
    return ElementTree.tostring(root, encoding="unicode")


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
