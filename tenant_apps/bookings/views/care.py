"""An attendee's age, and who looks after them, said after booking: by the buyer, or who has the link to the names."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.errors import DomainError
from shared_apps.core.permissions import allow
from tenant_apps.bookings.care import give_care_of, missing_of
from tenant_apps.bookings.care_forms import Asks, CareForm
from tenant_apps.bookings.errors import ConsentChanged
from tenant_apps.bookings.models import Attendee, Booking
from tenant_apps.bookings.name_times import may_be_named
from tenant_apps.bookings.selectors import booking_of_names
from tenant_apps.bookings.views.links import by_link
from tenant_apps.checkout.road import private_page


@dataclass(frozen=True)
class AskedOf:
    """One attendee, what is missing of them, and the address at which it is said."""

    name: str
    missing: list[str]
    url: str


def seats_asked(booking: Booking, token: str, *, page: str) -> list[AskedOf]:
    """Of each attendee what the course asks; nothing where it asks nothing, or it is too late."""
    if not booking.session.course.asks_for_age or not may_be_named(booking):
        return []
    rows = booking.attendees.select_related("care")
    return [AskedOf(row.name, missing_of(row, booking.session), reverse(page, args=[token, row.pk])) for row in rows]


@require_http_methods(["GET", "HEAD", "POST"])
@allow("public")
@by_link
def booking_care(request: HttpRequest, booking: Booking, token: str, *, attendee: UUID) -> HttpResponse:
    """What its buyer says of one attendee."""
    back = reverse("booking_names", args=[token])
    return _asked(request, booking, attendee, asks=Asks.BUYER, back=back)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("public")
@private_page
def people_care(request: HttpRequest, token: str, attendee: UUID) -> HttpResponse:
    """The same, by the link that opens the names alone: what was said before is neither shown nor replaced there."""
    booking = booking_of_names(token)
    if booking is None:
        raise Http404
    back = reverse("booking_people", args=[token])
    return _asked(request, booking, attendee, asks=Asks.NAMES, back=back)


def _asked(request: HttpRequest, booking: Booking, pk: UUID, *, asks: Asks, back: str) -> HttpResponse:
    if not booking.session.course.asks_for_age:
        raise Http404
    attendee: Attendee = get_object_or_404(booking.attendees.select_related("care", "booking"), pk=pk)
    if not may_be_named(booking):
        return redirect(back)
    form = CareForm(
        request.POST if request.method == "POST" else None, session=booking.session, asks=asks, attendee=attendee
    )
    # A date that says under 18 brings the questions about a guardian; they are answered before it is saved.
    if form.is_valid() and not form.asks_more:
        try:
            if said := form.given():
                give_care_of(attendee, said, by=signed_in(request), only_missing=asks is Asks.NAMES)
        except ConsentChanged:
            form.refuse_former_consent()
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Saved. Thank you."))
            return redirect(back)
    context = {
        "booking": booking, "attendee": attendee, "session": booking.session, "course": booking.session.course,
        "care": form, "back": back, "nav": "courses",
    }  # fmt: skip
    return render(request, "bookings/care.html", context, status=422 if form.errors else 200)
