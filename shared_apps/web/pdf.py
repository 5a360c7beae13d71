"""Documents for printing: HTML in, PDF out. WeasyPrint draws with Pango, which a machine may lack."""

import atexit
import threading
from base64 import b64encode
from ctypes import CDLL, c_void_p
from ctypes.util import find_library
from functools import cache
from types import ModuleType
from typing import Any

import structlog
from django.conf import settings

from shared_apps.core.errors import DomainError

# What config/run/install.py tries to have, without the parts that WeasyPrint can do without.
LIBRARIES = ("gobject-2.0", "pango-1.0", "pangoft2-1.0", "harfbuzz", "fontconfig")
FONTS = {
    family + extended: f"{file}-latin{'-ext' if extended else ''}.woff2"
    for family, file in (
        ("Figtree", "figtree"), ("Bricolage Grotesque", "bricolage-grotesque"), ("Fraunces", "fraunces"),
        ("Space Grotesk", "space-grotesk"), ("Outfit", "outfit"),
    )
    for extended in ("", " Extended")
}  # fmt: skip

LAST_OF_OUR_FONTS = "\u0250"  # Figtree has the Latin letters; for others Pango looks among the machine's fonts
log = structlog.get_logger()


class PdfUnavailable(DomainError):
    """This machine cannot draw."""

    status = 503
    code = "pdf_unavailable"
    message = (
        "PDFs can't be made on this machine: Debian's package libpango-1.0-0, libpangoft2-1.0-0 or "
        "libharfbuzz-subset0 is missing."
    )


@cache
def pdf_available() -> bool:
    """Whether this machine can make PDFs. Asks for the libraries only: WeasyPrint takes half a second to import."""
    return all(_loads(name) for name in LIBRARIES)


def _loads(name: str) -> bool:
    for file in (f"lib{name}.so.0", f"lib{name}.so.1"):
        try:
            CDLL(file)
        except OSError:
            continue
        return True
    return find_library(name) is not None


def letters_missing(text: str) -> bool:
    """Whether no font of this machine has some letter of `text`, so that a PDF would show a box in its place."""
    if all(letter < LAST_OF_OUR_FONTS for letter in text) or not pdf_available():
        return False
    pango, made = CDLL("libpango-1.0.so.0"), [CDLL("libpangoft2-1.0.so.0").pango_ft2_font_map_new]
    # What Pango makes, each of what was made before it; everything is an address, which ctypes takes for an int else.
    made += [pango.pango_font_map_create_context, pango.pango_layout_new]
    things: list[Any] = []
    for make in made:
        make.restype, make.argtypes = c_void_p, [c_void_p] * bool(things)
        things.append(make(*things[-1:]))
    said = text.encode()
    pango.pango_layout_set_text(c_void_p(things[-1]), said, len(said))
    missing = pango.pango_layout_get_unknown_glyphs_count(c_void_p(things[-1]))
    for thing in reversed(things):
        CDLL("libgobject-2.0.so.0").g_object_unref(c_void_p(thing))
    if missing:
        log.warning("a PDF lacks letters: no font here has them, see docs/deploying.md")
    return bool(missing)


def render_pdf(html: str) -> bytes:
    """`html` as a PDF, with those of the families `FONTS` at hand that it names. Raises `PdfUnavailable`.

    Nothing is fetched, neither files nor addresses: what is to be seen must be in `html` or in its `data:` URIs.
    """
    weasyprint = _weasyprint()
    families = tuple(family for family in FONTS if family in html)
    fetcher = weasyprint.URLFetcher(allowed_protocols=["data"], allow_redirects=False)
    style, fonts = _style(families)
    document = weasyprint.HTML(string=html, url_fetcher=fetcher)
    pdf: bytes = document.write_pdf(stylesheets=[style], font_config=fonts, pdf_tags=True)
    return pdf


def _weasyprint() -> ModuleType:
    if not pdf_available():  # asked first, because a failed import prints advice to the console
        raise PdfUnavailable
    try:
        import weasyprint
    except OSError:
        raise PdfUnavailable from None
    return weasyprint


Style = tuple[Any, Any]  # a stylesheet with fonts, and what knows these
_made = threading.local()  # what Pango knows of fonts is of one thread
_styles: list[dict[tuple[str, ...], Style]] = []  # of all threads


@atexit.register
def _let_go() -> None:
    for styles in _styles:  # while Pango can still be told
        styles.clear()


def _style(families: tuple[str, ...]) -> Style:
    """The stylesheet with these families, and what knows their fonts: made once, as reading fonts takes long."""
    if not hasattr(_made, "styles"):
        _made.styles = {}
        _styles.append(_made.styles)
    kept: dict[tuple[str, ...], Style] = _made.styles
    if families not in kept:
        from weasyprint.text.fonts import FontConfiguration

        weasyprint, fonts = _weasyprint(), FontConfiguration()
        fetcher = weasyprint.URLFetcher(allowed_protocols=["data"], allow_redirects=False)
        faces = "".join(font_face(family, FONTS[family]) for family in families)
        kept[families] = weasyprint.CSS(string=faces, font_config=fonts, url_fetcher=fetcher), fonts
    return kept[families]


@cache
def font_face(family: str, file: str) -> str:
    """The rule of CSS that brings one of `FONTS`, its file included."""
    data = b64encode((settings.BASE_DIR / "static" / "fonts" / file).read_bytes()).decode()
    return f'@font-face{{font-family:"{family}";font-weight:300 900;src:url(data:font/woff2;base64,{data})}}'
