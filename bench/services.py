"""What the services cost that every system uses: telling somebody, keeping a picture, a PDF."""

import io
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict

from bench.figures import Figure, Pair
from bench.site import ROOT, here, running

PORT = 8296
TURNS = 60
NOTIFY_LIMIT = 3.0  # milliseconds of CPU


def measure() -> Iterator[Figure]:
    """The figures, measured by a process of its own on a site of its own."""
    command = [sys.executable, "-m", "bench.services"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        for line in child.stdout:
            yield Figure(**json.loads(line))
    if child.returncode:
        raise RuntimeError("Measuring the services failed.")


def figures() -> Iterator[Figure]:
    """Measure in this process, which becomes one of the site's."""
    with running(PORT, workers=1) as site:
        here(site.env)
        from shared_apps.tenants.context import tenant_context
        from shared_apps.tenants.models import Tenant

        with tenant_context(Tenant.objects.get(slug="bristol-gas-training")):
            yield from _notify()
            yield from _upload()
            yield from _document()
            yield from _certificate()


def _notify() -> Iterator[Figure]:
    from django.db import transaction
    from django.template.loader import render_to_string

    from tenant_apps.bookings import calendar
    from tenant_apps.bookings.models import Booking
    from tenant_apps.bookings.notifications import booking_to_tell, facts
    from tenant_apps.bookings.selectors import link_to
    from tenant_apps.messaging.frame import frame
    from tenant_apps.messaging.services import notify

    found = Booking.objects.filter(status="confirmed").exclude(buyer__email="").values_list("pk", flat=True)[0]
    booking = booking_to_tell(found)
    said = {**facts(booking), "google": calendar.google_links(booking), "done_url": link_to(booking, "booking_done")}
    details = {**frame(), **said, "subject": "It"}

    def tell() -> None:
        notify("bookings/confirmed", person=booking.buyer, user=booking.buyer.user, context=said, about=booking)

    def draw() -> None:
        for ending in ("txt", "html"):
            render_to_string(f"bookings/messages/confirmed.{ending}", details)

    with transaction.atomic():  # of what happened, as always
        pair = Pair(_cpu(tell), _cpu(draw))
    how = (
        f"CPU of this process for one confirmation, notice and email written in a transaction that is there; the least"
        f" of {TURNS}"
    )
    yield Figure("Telling somebody something", pair.spent, "ms", NOTIFY_LIMIT, how)
    against = "The same against drawing the two bodies of that email and nothing else, in the same run"
    yield Figure("Telling somebody, to drawing the email", pair.ratio, "×", 4, against, str(pair))


def _upload() -> Iterator[Figure]:
    from django.core.files.storage import default_storage
    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    from shared_apps.files.pictures import clean_photo

    out = io.BytesIO()
    Image.effect_noise((4000, 3000), 40).convert("RGB").save(out, "JPEG", quality=70)
    taken = out.getvalue()

    def keep() -> None:
        upload = SimpleUploadedFile("photo.jpg", taken, "image/jpeg")
        path = default_storage.save("courses/bench.webp", clean_photo(upload))
        default_storage.delete(path)

    def read() -> None:
        with Image.open(io.BytesIO(taken)) as picture:
            picture.load()

    pair = Pair(_cpu(keep, turns=5), _cpu(read, turns=5))
    how = "CPU for a photograph of 12 megapixels, made anew in its sizes and kept, against decoding it once"
    yield Figure("Keeping a picture", pair.ratio, "×", 8, how, str(pair))


def _document() -> Iterator[Figure]:
    from shared_apps.web.pdf import pdf_available, render_pdf
    from tenant_apps.bookings.models import Booking
    from tenant_apps.bookings.receipts import receipt_of
    from tenant_apps.documents.papers import pdf_of, pdf_to_keep
    from tenant_apps.payments.receipts import RECEIPT, receipt_html

    if not pdf_available():
        return
    receipt = next(
        found for booking in Booking.objects.filter(status="confirmed") if (found := receipt_of(booking)) is not None
    )
    html = receipt_html(receipt.pk)
    assert html is not None

    def kept() -> None:
        pdf_of(RECEIPT, subject=receipt.pk)

    pdf_to_keep(RECEIPT, subject=receipt.pk, about=receipt.about_id)
    pair = Pair(_cpu(kept), _cpu(lambda: render_pdf(html), turns=10))
    how = "CPU for a receipt that is kept and still right, against drawing it"
    yield Figure("A receipt that is kept", pair.ratio, "×", 0.25, how, str(pair))


def _certificate() -> Iterator[Figure]:
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    from shared_apps.web.pdf import FONTS, font_face, pdf_available, render_pdf
    from tenant_apps.certificates.models import Certificate
    from tenant_apps.certificates.papers import certificate_html

    row = Certificate.objects.standing().order_by("pk").first()
    if row is None or not pdf_available():
        return
    html = certificate_html(row.pk)
    assert html is not None
    known = FontConfiguration()  # the page's fonts, read beforehand for both
    faces = "".join(font_face(family, file) for family, file in FONTS.items() if family in html)
    style = weasyprint.CSS(string=faces, font_config=known)

    def ours() -> None:
        render_pdf(certificate_html(row.pk) or "")

    def alone() -> None:
        weasyprint.HTML(string=html).write_pdf(stylesheets=[style], font_config=known, pdf_tags=True)

    pair = Pair(_cpu(ours, turns=10), _cpu(alone, turns=10))
    how = "CPU for a certificate from its row to its PDF, against WeasyPrint alone with its page as HTML and its fonts"
    yield Figure("A certificate", pair.ratio, "×", 1.2, how, str(pair))


def _cpu(once: Callable[[], object], *, turns: int = TURNS) -> float:
    """The least milliseconds of CPU of `turns`, after one that warms up."""
    once()
    least = float("inf")
    for _turn in range(turns):
        began = time.process_time()
        once()
        least = min(least, (time.process_time() - began) * 1000)
    return least


def main() -> None:
    """One figure a line, as JSON, for `measure`."""
    for figure in figures():
        sys.stdout.write(json.dumps(asdict(figure)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
