"""Certificates as PDFs: one A4 page in the provider's present look, with what it said when it was issued."""

import base64
from random import Random
from uuid import UUID

import segno
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from rest_framework.request import Request

from shared_apps.core.time import local
from shared_apps.files.storage import mime
from shared_apps.tenants.context import current_tenant
from shared_apps.web.networks import at_most
from shared_apps.web.pdf import FONTS, pdf_available, render_pdf
from tenant_apps.branding.art import logo
from tenant_apps.branding.fonts import DEFAULT_DISPLAY, DISPLAY_FONTS
from tenant_apps.branding.models import Brand
from tenant_apps.branding.palette import Palette
from tenant_apps.branding.patterns import schemes, tile
from tenant_apps.certificates.models import Certificate, CertificateSettings, Design
from tenant_apps.certificates.wording import filled, values_of
from tenant_apps.documents.papers import draw_soon, paper, pdf_of, pdf_to_keep

COLOURS = (
    "primary", "primary-text", "primary-soft", "primary-content", "accent", "accent-soft", "deep", "deep-content",
    "deep-muted", "deep-accent", "deep-line", "base-content", "muted", "line",
)  # fmt: skip
DRAWN_A_MINUTE = 30  # for one network
TILE, ACROSS, DOWN = 70, 3, 9  # of the mosaic
# How large a text is set, in points, by its letters: each fits on two lines at most.
NAME_SIZES = ((22, 40), (32, 32), (48, 25), (10_000, 20))
COURSE_SIZES = ((34, 21), (60, 17), (10_000, 14))


def certificate_html(pk: UUID) -> str | None:
    """What the certificate with this key shows; None for none, and for whom was forgotten."""
    row = Certificate.objects.filter(pk=pk).first()
    if row is None or row.is_erased:
        return None
    return html_of(row, design=CertificateSettings.objects.load().design)


CERTIFICATE = paper("certificate", html=certificate_html)


def html_of(row: Certificate, *, design: str, on_screen: bool = False) -> str:
    """A certificate as HTML for paper, or for a frame on a page; `row` need not be saved."""
    brand, tenant, values = Brand.objects.load(), current_tenant(), values_of(row)
    said, colours = row.words, brand.colours
    link = row.public_url
    code = segno.make(link, error="m", micro=False)
    context = {
        "row": row, "provider": str(tenant), "locale": tenant.locale, "brand": brand,
        "base": f"certificates/designs/{'_screen' if on_screen else '_base'}.html",
        "faces": _faces(brand) if on_screen else [],
        "colours": {name.replace("-", "_"): colours.hex(name) for name in COLOURS},
        "display": _display(brand), "logo": _logo(brand, colours), "mosaic": _mosaic(colours),
        "heading": said.get("heading", ""), "lead": said.get("lead", ""),
        "statement": filled(said.get("statement", ""), values),
        "small_print": filled(said.get("small_print", ""), values),
        "signed_by": said.get("signed_by") or row.trainer_name,
        "signed_as": "" if said.get("signed_by") else brand.trainer_word,
        "issued_on": local(row.issued_at).date(),
        "name_size": _size(row.name, NAME_SIZES), "course_size": _size(row.course_title, COURSE_SIZES),
        "link": link.split("://", 1)[-1],
        "qr": code.svg_data_uri(scale=4, border=0, dark=colours.hex("base-content")),
    }  # fmt: skip
    known = design if design in Design.values else Design.FRAME
    return render_to_string(f"certificates/designs/{known}.html", context)


def draw_certificate(certificate: Certificate) -> bytes:
    """Its PDF for a worker: as it is kept, or drawn now and kept. Raises `PdfUnavailable`."""
    pdf = pdf_to_keep(CERTIFICATE, subject=certificate.pk, about=certificate.pk)
    assert pdf is not None
    return pdf


def pdf_for(certificate: Certificate, *, request: HttpRequest | Request) -> bytes:
    """The same for a visitor; nothing is written. Raises `TooOften`, too, for a network that makes us draw too many."""
    pdf = pdf_of(
        CERTIFICATE, subject=certificate.pk,
        before_drawing=lambda: at_most(DRAWN_A_MINUTE, "certificate-pdf", request),
    )  # fmt: skip
    if pdf is None:
        raise Http404
    return pdf


def draw_soon_if_wanted(certificate: Certificate) -> None:
    """Have a worker draw it, where this machine draws."""
    if pdf_available():
        draw_soon(CERTIFICATE, subject=certificate.pk, about=certificate.pk)


def sample_pdf(row: Certificate, *, design: str) -> bytes:
    """A certificate with made-up values as a PDF, to see how a design and words look. Raises `PdfUnavailable`."""
    return render_pdf(html_of(row, design=design))


def _display(brand: Brand) -> str:
    font = DISPLAY_FONTS.get(brand.display_font, DISPLAY_FONTS[DEFAULT_DISPLAY])
    return font.family.removesuffix(" Variable")


def _faces(brand: Brand) -> list[tuple[str, str]]:
    """The families that a browser is to fetch, with their files."""
    names = dict.fromkeys(["Figtree", _display(brand)])
    return [(name, static(f"fonts/{FONTS[name]}")) for name in names]


def _size(text: str, sizes: tuple[tuple[int, int], ...]) -> int:
    return next(size for most, size in sizes if len(text) <= most)


def _logo(brand: Brand, colours: Palette) -> str:
    """The provider's logo, or the mark that is drawn of its name, as a `data:` URI."""
    if brand.logo.name:
        try:
            with default_storage.open(brand.logo.name) as file:
                return _data(mime(brand.logo.name), file.read())
        except OSError:
            pass
    return _data("image/svg+xml", logo(str(current_tenant()), colours).encode())


def _mosaic(colours: Palette) -> str:
    """Tiles in the provider's colours, the same for all of its certificates."""
    dice = Random(f"certificate:{current_tenant().slug}")  # noqa: S311
    scheme = schemes(colours)[0]
    parts = [f'<rect width="{TILE * ACROSS}" height="{TILE * DOWN}" fill="{scheme.ground}"/>']
    for index in range(ACROSS * DOWN):
        down, across = divmod(index, ACROSS)
        parts.append(f'<g transform="translate({across * TILE} {down * TILE})">{tile(dice, scheme, TILE)}</g>')
    box = f"0 0 {TILE * ACROSS} {TILE * DOWN}"
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">{"".join(parts)}</svg>'
    return _data("image/svg+xml", svg.encode())


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
