"""Finding bookings by whatever somebody says of theirs."""

from django.db.models import Exists, OuterRef, Q

from shared_apps.core.search import REST, AnyRows, Word, found
from tenant_apps.bookings.models import Attendee, Booking, BookingQuerySet
from tenant_apps.payments.models import Order
from tenant_apps.people.models import Person


def find_bookings(bookings: BookingQuerySet, text: str, *, by_email: bool) -> AnyRows:
    """Those whose reference, order, names, phone or company have every word of `text`; or email, for who may see it.

    Else an address could be spelt out, letter by letter.
    """

    upto = "" if by_email else REST

    def has(word: Word) -> Q:
        here = word.is_in(upto=upto)
        # Each is found by its own index; with OR none of them would be used.
        own = Booking.objects.filter(here).values("pk")
        of_buyer = Booking.objects.filter(buyer__in=Person.objects.filter(here).values("pk")).values("pk")
        of_order = Booking.objects.filter(order__in=Order.objects.filter(here).values("pk")).values("pk")
        of_attendee = Attendee.objects.filter(here).order_by().values("booking")
        return Q(pk__in=own.union(of_buyer, of_order, of_attendee, all=True))

    def holds(word: Word) -> Q:
        here = word.is_in(upto=upto)
        of_buyer, of_order = (word.is_in(f"{row}__found_by", upto=upto) for row in ("buyer", "order"))
        return here | of_buyer | of_order | Q(Exists(Attendee.objects.filter(here, booking=OuterRef("pk"))))

    return found(bookings, text, has, holds=holds, spelt_in=[Person.objects.all(), Booking.objects.all()])
