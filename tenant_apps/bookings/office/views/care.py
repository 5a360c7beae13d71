"""An attendee's age and who looks after them, for the office and the trainers of their session."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow, can
from shared_apps.web.office import form_page, refusals_on, say_saved
from tenant_apps.bookings.care import age_on, care_of, first_day, give_care_of, is_minor, missing_of, read_note
from tenant_apps.bookings.care_forms import Asks, CareForm
from tenant_apps.bookings.errors import ConsentChanged
from tenant_apps.bookings.models import Attendee, Booking


def _found(request: HttpRequest, pk: UUID, attendee: UUID) -> Attendee:
    """An attendee of a booking that one may see: a trainer's, of their own sessions."""
    bookings = Booking.objects.visible_to(request.user)
    rows = Attendee.objects.filter(booking__in=bookings, booking=pk)
    return get_object_or_404(
        rows.select_related("care__consent_version", "care__consent_by", "booking__session__course"), pk=attendee
    )


@require_GET
@allow("bookings.view")
def attendee_care(request: HttpRequest, pk: UUID, attendee: UUID) -> HttpResponse:
    """Who looks after an attendee. What was noted of their health is opened by a button, which is written down."""
    return _page(request, _found(request, pk, attendee))


@require_POST
@allow("bookings.view")
def attendee_note(request: HttpRequest, pk: UUID, attendee: UUID) -> HttpResponse:
    """Open what was noted of their health; that somebody did stands in the booking's history."""
    found = _found(request, pk, attendee)
    return _page(request, found, note=read_note(found, by=signed_in(request)))


def _page(request: HttpRequest, found: Attendee, *, note: str = "") -> HttpResponse:
    care, session = care_of(found), found.booking.session
    born = care.date_of_birth if care else None
    context = {
        "nav": "bookings", "attendee": found, "booking": found.booking, "session": session, "care": care,
        "age": age_on(born, first_day(session)) if born else None, "is_minor": is_minor(born, session),
        "missing": missing_of(found, session), "note": note, "has_note": bool(care and care.note),
        "may_change": can(request.user, "bookings.manage") and found.booking.stands,
    }  # fmt: skip
    answer = render(request, "bookings/office/care.html", context)
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_http_methods(["GET", "POST"])
@allow("bookings.manage")
def attendee_care_edit(request: HttpRequest, pk: UUID, attendee: UUID) -> HttpResponse:
    """Write down what a guardian said by telephone or on paper."""
    found = _found(request, pk, attendee)
    form = CareForm(request.POST or None, session=found.booking.session, asks=Asks.OFFICE, attendee=found)
    if form.is_valid() and not form.asks_more:
        with refusals_on(form):
            try:
                if said := form.given():
                    give_care_of(found, said, by=signed_in(request), by_office=True)
            except ConsentChanged:
                form.refuse_former_consent()
            else:
                say_saved(request)
                return redirect("office:attendee_care", pk, attendee)
    context = {"nav": "bookings", "attendee": found, "booking": found.booking, "care": form}
    if form.is_bound and not form.errors:
        return render(request, "bookings/office/care_edit.html", context)
    return form_page(request, "bookings/office/care_edit.html", context)
