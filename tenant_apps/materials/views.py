"""What those booked get, by the link of their booking or of their own seat. Each look asks whether they may."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from shared_apps.core.permissions import allow
from shared_apps.files.views import private_file
from tenant_apps.bookings.models import Attendee, Booking
from tenant_apps.bookings.views.links import by_link
from tenant_apps.checkout.road import private_page
from tenant_apps.materials.models import Material
from tenant_apps.materials.selectors import anything_to_come, attendee_of, materials_for, one_of, open_to_attendees


@require_safe
@allow("public")
@by_link
def booking_material(request: HttpRequest, booking: Booking, token: str, pk: UUID) -> HttpResponse:
    """A file, for whoever has the booking's link, while it is open to those booked."""
    return _handed_over(one_of(materials_for(booking), pk))


@require_safe
@allow("public")
@private_page
def attendee_materials(request: HttpRequest, token: str) -> HttpResponse:
    """Everything that is open to those booked, for one attendee."""
    session = _seat(token).booking.session
    rows = [(row, row.url or reverse("attendee_material", args=[token, row.pk])) for row in open_to_attendees(session)]
    context = {
        "rows": rows, "session": session, "course": session.course, "to_come": not rows and anything_to_come(session),
        "nav": "my_bookings",
    }  # fmt: skip
    return render(request, "materials/attendee.html", context)


@require_safe
@allow("public")
@private_page
def attendee_material(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    """A file, for one attendee."""
    return _handed_over(one_of(open_to_attendees(_seat(token).booking.session), pk))


def _seat(token: str) -> Attendee:
    seat = attendee_of(token)
    if seat is None:
        raise Http404
    return seat


def _handed_over(material: Material | None) -> HttpResponse:
    if material is None or not material.file:
        raise Http404
    return private_file(material.path, name=material.file_name)
