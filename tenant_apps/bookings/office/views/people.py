"""The people of one booking: who booked it, and who comes."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow
from shared_apps.web.office import form_page, found_to_edit, refusals_on, say_saved
from tenant_apps.bookings.details import correct_contact, lock_buyer_of, set_details
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.office.forms import AttendeesForm, ContactForm


@require_http_methods(["GET", "POST"])
@allow("bookings.manage")
@transaction.atomic
def booking_names(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who is coming, and their addresses: until the session begins, as on the customer's own page."""
    rows = Booking.objects.visible_to(request.user).select_related("session__course")
    found = found_to_edit(request, rows, pk)
    form = AttendeesForm(request.POST or None, instance=found)
    if form.is_valid():
        with refusals_on(form):
            set_details(found, attendees=form.attendees(), by=signed_in(request))
            say_saved(request, form)
            return redirect("office:booking", pk)
    return form_page(request, "bookings/office/names.html", {"nav": "bookings", "booking": found, "form": form})


@require_http_methods(["GET", "POST"])
@allow("bookings.manage")
@transaction.atomic
def booking_contact(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Correct who booked, or how they are reached."""
    if request.method == "POST":
        lock_buyer_of(pk)
    rows = Booking.objects.visible_to(request.user).select_related("session__course", "buyer__student")
    found = found_to_edit(request, rows, pk)
    form = ContactForm(request.POST or None, instance=found)
    if form.is_valid():
        with refusals_on(form):
            changes = form.changes
            all_theirs = changes.pop("others", "") == "all"
            correct_contact(found, by=signed_in(request), all_theirs=all_theirs, **changes)
            say_saved(request, form)
            return redirect("office:booking", pk)
    return form_page(request, "bookings/office/contact.html", {"nav": "bookings", "booking": found, "form": form})
