"""What was paid for a booking, as a document to keep."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from shared_apps.core.money import quantise
from shared_apps.core.pdf import pdf_available, render_pdf
from shared_apps.core.shelf import drawn
from shared_apps.core.time import now
from shared_apps.tenants.context import current_tenant
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.selectors import Money, money_of
from tenant_apps.branding.models import Brand, Settings
from tenant_apps.branding.palette import email_colours
from tenant_apps.payments.models import Order, Payment, RefundStatus
from tenant_apps.payments.providers import PROVIDERS


@dataclass(frozen=True)
class Vat:
    """The VAT of one rate (per cent) that an order's lines contain, in major units."""

    rate: Decimal
    amount: Decimal


def vat_by_rate(order: Order) -> list[Vat]:
    """The VAT within `order`, for each rate above nothing, the lowest first."""
    sums: defaultdict[Decimal, Decimal] = defaultdict(Decimal)
    for line in order.lines.all():
        if line.vat_rate:
            sums[line.vat_rate] += line.amount - line.amount / (1 + line.vat_rate / 100)
    return [Vat(rate, quantise(amount, order.currency)) for rate, amount in sorted(sums.items())]


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
    brand = Brand.objects.load()
    return {
        "booking": booking,
        "order": order,
        "lines": list(order.lines.order_by("pk")),
        "vat": vat_by_rate(order),
        "money": money,
        "payments": [(payment, _method(payment)) for payment in money.payments],
        "refunds": [refund for refund in money.refunds if refund.status != RefundStatus.FAILED],
        "provider": current_tenant(),
        "brand": brand,
        "vat_number": Settings.objects.load().vat_number,
        "colours": email_colours(brand.colours),
        "today": now(),
    }


def _method(payment: Payment) -> str:
    provider = PROVIDERS.get(payment.provider)
    return provider.label if provider else payment.provider
