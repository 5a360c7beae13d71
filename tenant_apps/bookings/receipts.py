"""What was paid for a booking, as a document to keep."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from shared_apps.core.time import now
from shared_apps.tenants.context import current_tenant
from shared_apps.web.bounded_cache import drawn
from shared_apps.web.pdf import letters_missing, pdf_available, render_pdf
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.selectors import Money, money_of
from tenant_apps.branding.models import Brand
from tenant_apps.branding.palette import email_colours
from tenant_apps.payments.models import PaymentSettings, RefundStatus
from tenant_apps.payments.tax import vat_by_rate


def has_receipt(money: Money | None) -> bool:
    """Whether to offer one: something was paid, and this machine makes PDFs."""
    return bool(money and money.payments) and pdf_available()


def receipt_pdf(booking: Booking, *, request: HttpRequest) -> bytes | None:
    """One A4 page as PDF, as things stand now; None when nothing was paid.

    While nothing changes it is drawn once. Raises `PdfUnavailable`, and `TooOften` for a network that wants too many.
    """
    facts = _facts(booking)
    if facts is None:
        return None
    html = render_to_string("bookings/receipt.html", facts)
    return drawn(request, "receipt", html, draw=lambda: render_pdf(html))


def _facts(booking: Booking) -> dict[str, Any] | None:
    order, money = booking.order, money_of(booking.order)
    if order is None or money is None or not money.payments:
        return None
    lines = list(order.lines.standing().order_by("pk"))
    brand, provider = Brand.objects.load(), current_tenant()
    names = [booking.contact_name, booking.company, str(provider), brand.address, *(line.description for line in lines)]
    return {
        "booking": booking,
        "order": order,
        "lines": lines,
        "vat": vat_by_rate(order),
        "money": money,
        "payments": [(payment, payment.way) for payment in money.payments],
        "refunds": [refund for refund in money.refunds if refund.status != RefundStatus.FAILED],
        "provider": provider,
        "brand": brand,
        "vat_number": PaymentSettings.objects.load().vat_number,
        "colours": email_colours(brand.colours),
        "today": now(),
        "letters_missing": letters_missing(" ".join(names)),
    }
