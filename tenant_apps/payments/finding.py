"""Finding payments by whose order they are of."""

from django.db.models import Q

from shared_apps.core.search import AnyRows, Word, found
from tenant_apps.payments.models import Order, PaymentQuerySet
from tenant_apps.people.models import Person


def find_payments(payments: PaymentQuerySet, text: str) -> AnyRows:
    """Those of orders in whose number, email or buyer every word of `text` occurs."""
    return found(
        payments, text, _has, at="order__buyer__found_by", spelt_in=[Person.objects.all(), Order.objects.all()]
    )


def _has(word: Word) -> Q:
    numbered = Order.objects.filter(word.is_in()).values("pk")
    of_buyer = Order.objects.filter(buyer__in=Person.objects.filter(word.is_in()).values("pk")).values("pk")
    return Q(order__in=numbered.union(of_buyer, all=True))
