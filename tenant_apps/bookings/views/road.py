"""The pages on which seats are checked and paid for."""

from django.http import HttpRequest, HttpResponse

from tenant_apps.bookings.calendar import google_links
from tenant_apps.bookings.name_times import may_be_named, names_wanted
from tenant_apps.bookings.purchases import BookedSeats
from tenant_apps.bookings.selectors import booking_of
from tenant_apps.bookings.views.links import facts_of, remember, remembered
from tenant_apps.bookings.views.prove import held_until_proven, over
from tenant_apps.checkout.purchases import Stage
from tenant_apps.checkout.road import Road


class BookingRoad(Road[BookedSeats]):
    """From held seats to the confirmation, by the link of a booking."""

    path, name, templates = "bookings", "booking", "bookings"

    def open(self, token: str, *, called_in: bool = False) -> BookedSeats | None:
        booking = booking_of(token, called_in=called_in)
        return BookedSeats(booking) if booking else None

    def remember(self, request: HttpRequest, purchase: BookedSeats) -> None:
        if str(purchase.booking.pk) not in remembered(request):
            remember(request, purchase.booking)

    def facts(self, purchase: BookedSeats, token: str) -> dict[str, object]:
        booking = purchase.booking
        bought = purchase.stage == Stage.BOUGHT
        return facts_of(booking, token) | {
            **(names_wanted(booking) if bought else {}),
            "policy": booking.cancelling,
            "nameable": may_be_named(booking),
            "calendar_links": google_links(booking) if bought else [],
        }

    def over(self, request: HttpRequest, purchase: BookedSeats) -> HttpResponse:
        return over(request, purchase.booking)

    def ask_for_proof(self, request: HttpRequest, purchase: BookedSeats, token: str) -> HttpResponse:
        return held_until_proven(request, purchase.booking, token)
