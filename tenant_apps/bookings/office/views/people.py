"""The people of one booking: who booked it, and who comes."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow
from shared_apps.web.office import form_page, found_to_edit, refusals_on, say_saved, say_with_undo, uuid_of
from tenant_apps.bookings.attendees import say_who_attends
from tenant_apps.bookings.details import correct_contact, lock_buyer_of, set_details
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.office.forms import AttendeesForm, ContactForm
from tenant_apps.people.models import Person


@require_http_methods(["GET", "POST"])
@allow("bookings.manage")
@transaction.atomic
def booking_names(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who is coming, and their addresses: until the session is over."""
    rows = Booking.objects.visible_to(request.user).select_related("session__course")
    found = found_to_edit(request, rows, pk)
    form = AttendeesForm(request.POST or None, instance=found)
    if form.is_valid():
        with refusals_on(form):
            set_details(found, attendees=form.attendees(), by=signed_in(request), by_office=True)
            say_saved(request, form)
            return redirect("office:booking", pk)
    context = {"nav": "bookings", "booking": found, "form": form, "open": found.may_be_changed(by_office=True)}
    return form_page(request, "bookings/office/names.html", context)


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
            if changes.get("email") and found.stands:
                told = _("Nothing was sent to %s yet. If they should have it all again, send it from this page.")
                messages.info(request, told % changes["email"])
            return redirect("office:booking", pk)
    return form_page(request, "bookings/office/contact.html", {"nav": "bookings", "booking": found, "form": form})


@require_POST
@allow("bookings.manage")
def attendee_person(request: HttpRequest, pk: UUID, attendee: UUID) -> HttpResponse:
    """Say that who comes is somebody we know: POST their key as `person`. Empty: that they are not."""
    found = get_object_or_404(Booking.objects.visible_to(request.user), pk=pk)
    row = get_object_or_404(found.attendees.all(), pk=attendee)
    known = None
    if asked := request.POST.get("person", ""):
        known = get_object_or_404(Person.objects.visible_to(request.user), pk=uuid_of(asked))
    before = row.person_id
    row = say_who_attends(row, person=known, by=signed_in(request))
    if known is None:
        text = _("%s is somebody else than we knew.") % row.name
        say_with_undo(request, text, request.path, person=str(before))
    else:
        say_with_undo(
            request,
            _("%(attendee)s is the %(known)s whom we know.") % {"attendee": row.name, "known": known},
            request.path,
            person="",
        )
    return redirect("office:booking", pk)
