"""The VAT of an order, as it was rounded when its lines were sold and its credits given: nothing is rounded here."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from shared_apps.core.money import vat_within
from tenant_apps.payments.models import Order


@dataclass(frozen=True)
class Vat:
    """The VAT of one rate (per cent) that an order contains, in major units."""

    rate: Decimal
    amount: Decimal


def vat_by_rate(order: Order) -> list[Vat]:
    """The VAT within what `order` costs, credits taken off, for each rate above nothing, the lowest first."""
    sums: defaultdict[Decimal, Decimal] = defaultdict(Decimal)
    for line in order.lines.all():
        if line.vat_rate:
            sums[line.vat_rate] += line.vat
    credited = sum((credit.vat for credit in order.credits.all()), Decimal(0))
    for rate in sorted(sums, reverse=True):  # of several rates the highest first
        off = min(credited, sums[rate])
        sums[rate] -= off
        credited -= off
    return [Vat(rate, amount) for rate, amount in sorted(sums.items())]


def vat_of_credit(order: Order, amount: Decimal) -> Decimal:
    """The VAT within `amount`, about to be taken off `order`: the rate of its lines, the same share of each."""
    total = sum((line.amount for line in order.lines.all()), Decimal(0))
    if not total:
        return Decimal(0)
    parts = (vat_within(line.amount * amount / total, line.vat_rate, order.currency) for line in order.lines.all())
    return sum(parts, Decimal(0))
