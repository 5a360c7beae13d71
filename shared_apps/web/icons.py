"""Lucide's drawings, read from its archive once a process.

The library itself opens the archive, which has 1,700 entries, for each drawing: 20 ms, dozens of times on a first page.
"""

from functools import cache
from importlib.resources import files
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

SVG = "http://www.w3.org/2000/svg"


class NoSuchIcon(Exception):
    """Lucide has no drawing of this name."""


@cache
def _archive() -> ZipFile:
    # In memory: an open file would be shared, with its position, by all processes that are forked.
    return ZipFile(BytesIO(files("lucide").joinpath("lucide.zip").read_bytes()))


def draw(name: str, *, size: int, css: str = "") -> str:
    """The drawing as `<svg>` of `size` pixels, hidden from screen readers. Raises NoSuchIcon."""
    svg = _drawing(name)
    svg.attrib |= {"width": str(size), "height": str(size), "class": f"lucide {css}".strip(), "aria-hidden": "true"}
    return ElementTree.tostring(svg, encoding="unicode")


def as_symbol(name: str, key: str) -> str:
    """The drawing as `<symbol>`, which `<use href="#key">` shows. Raises NoSuchIcon."""
    svg = _drawing(name)
    svg.tag, svg.attrib = "symbol", {**svg.attrib, "id": key}
    for known in ("width", "height", "class"):
        svg.attrib.pop(known, None)
    return ElementTree.tostring(svg, encoding="unicode")


def _drawing(name: str) -> ElementTree.Element:
    try:
        source = _archive().read(f"{name}.svg").decode()
    except KeyError:
        raise NoSuchIcon(name) from None
    svg = ElementTree.fromstring(source)  # noqa: S314  (from the library's own archive)
    for node in svg.iter():
        node.tag = node.tag.removeprefix(f"{{{SVG}}}")  # inline, a drawing needs no namespace
    return svg
