"""Receipts: what was paid for an order, as a numbered document to keep."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from shared_apps.core.time import local
from shared_apps.core.types import JsonObject
from shared_apps.tenants.context import current_tenant
from shared_apps.web.networks import at_most
from shared_apps.web.pdf import letters_missing, pdf_available
from tenant_apps.branding.models import Brand
from tenant_apps.branding.palette import email_colours
from tenant_apps.documents.models import Document
from tenant_apps.documents.papers import draw_soon, paper, pdf_of
from tenant_apps.documents.services import issue_document
from tenant_apps.payments.models import Order, PaymentSettings, Refund, RefundStatus
from tenant_apps.payments.selectors import Money, money_of
from tenant_apps.payments.tax import vat_by_rate

SERIES, PREFIX = "receipt", "R-"
DRAWN_A_MINUTE = 30  # for one network


@dataclass(frozen=True)
class Sold:
    """What a receipt says of what was sold, besides its price: to whom, under which reference.

    `owed` is False once nothing is asked for any more, because it was cancelled or has run out.
    """

    name: str
    company: str
    email: str
    reference: str
    cancelled_at: datetime | None
    owed: bool


def has_receipt(money: Money | None) -> bool:
    """Whether to offer one: something was paid, and this machine makes PDFs."""
    return bool(money and money.payments) and pdf_available()


def issue_receipt(order: Order, sold: Sold) -> Document | None:
    """The receipt of `order` as things stand now; None when nothing was paid.

    While nothing changes it is the same one, with its number and date.
    """
    money = money_of(order)
    if money is None or not money.payments:
        return None
    return issue_document(SERIES, prefix=PREFIX, about_id=order.pk, facts=_facts(order, money, sold))


def receipt_html(pk: UUID) -> str | None:
    """What the receipt with this key shows, in the provider's present look; None if there is none."""
    receipt = Document.objects.filter(pk=pk).first()
    if receipt is None:
        return None
    facts = _with_dates(receipt.facts)
    seller, buyer = facts["seller"], facts["buyer"]
    words = [*seller.values(), *buyer.values(), *(line["description"] for line in facts["lines"])]
    return render_to_string(
        "payments/receipt.html",
        {
            **facts,
            "number": receipt.number,
            "issued_on": local(receipt.created_at).date(),
            "locale": current_tenant().locale,
            "colours": email_colours(Brand.objects.load().colours),
            "letters_missing": letters_missing(" ".join(words)),
        },
    )


RECEIPT = paper("receipt", html=receipt_html)


def draw_receipt_soon(receipt: Document) -> None:
    """Have a worker draw it, for whoever follows the link to it."""
    draw_soon(RECEIPT, subject=receipt.pk, about=receipt.about_id)


def receipt_pdf(receipt: Document, *, request: HttpRequest) -> bytes:
    """One A4 page as PDF. Raises `PdfUnavailable`, and `TooOften` for a network that makes us draw too many."""
    pdf = pdf_of(
        RECEIPT, subject=receipt.pk,
        before_drawing=lambda: at_most(DRAWN_A_MINUTE, "receipt", request),
    )  # fmt: skip
    assert pdf is not None
    return pdf


def _facts(order: Order, money: Money, sold: Sold) -> dict[str, object]:
    brand, due = Brand.objects.load(), money.due if sold.owed else Decimal(0)
    return {
        "seller": {
            "name": str(current_tenant()),
            "address": brand.address.strip(),
            "email": brand.contact_email,
            "phone": brand.contact_phone,
            "vat_number": PaymentSettings.objects.load().vat_number,
        },
        "buyer": {"name": sold.name, "company": sold.company, "email": sold.email},
        "reference": sold.reference,
        "order_number": order.number,
        "cancelled_on": _day(sold.cancelled_at),
        "currency": order.currency,
        "lines": [
            {
                "description": line.description, "quantity": line.quantity, "unit_price": line.unit_price,
                "amount": line.amount,
            }
            for line in order.lines.standing().order_by("pk")
        ],
        "moved": _moved(money),
        "total": money.total,
        "credited": money.credited or None,
        "vat": [{"rate": part.rate, "amount": part.amount} for part in vat_by_rate(order)],
        "paid": money.paid,
        "refunded": money.refunded or None,
        "kept": (money.kept or None) if sold.owed else None,
        "due": due,
        "due_on": _day(money.balance_due_at) if due else None,
    }  # fmt: skip


def _moved(money: Money) -> list[dict[str, object]]:
    """Each sum that came or went back, on which day and how."""
    moved: list[dict[str, object]] = []
    for payment in money.payments:
        how = payment.way if payment.purpose == "full" else f"{payment.way}, {payment.get_purpose_display()}"
        moved.append({"moved_on": _day(payment.completed_at), "how": how, "amount": payment.amount})
    for dispute in money.disputes:
        if dispute.status == "lost":
            how = _("Given back by the bank")
            moved.append({"moved_on": _day(dispute.closed_at), "how": how, "amount": dispute.amount, "went_back": True})
    for refund in money.refunds:
        if refund.status != RefundStatus.FAILED:
            moved_on = _day(refund.completed_at or refund.created_at)
            moved.append({"moved_on": moved_on, "how": _how(refund), "amount": refund.amount, "went_back": True})
    return moved


def _how(refund: Refund) -> str:
    if refund.pays_another:
        return refund.reason
    if refund.status == RefundStatus.COMPLETED:
        return _("Refunded")
    return _("Refund to be handed over") if refund.is_by_hand else _("Refund on its way")


def _day(moment: datetime | None) -> date | None:
    return local(moment).date() if moment else None


def _with_dates(facts: JsonObject) -> JsonObject:
    """What JSON made of dates, in fields called `…_on`, as dates again."""
    return {
        name: date.fromisoformat(value) if value and name.endswith("_on") else _dated(value)
        for name, value in facts.items()
    }


def _dated(value: object) -> object:
    if isinstance(value, list):
        return [_dated(one) for one in value]
    return _with_dates(value) if isinstance(value, dict) else value
