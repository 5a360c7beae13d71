"""Accepting the booking terms afterwards, by the link of a booking that somebody else made for its buyer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow
from shared_apps.web.networks import network_of
from tenant_apps.bookings.accepting import accept_terms, to_accept
from tenant_apps.bookings.errors import BookingOver
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.terms_form import AcceptForm, TermsToAsk
from tenant_apps.bookings.terms_models import AcceptedBy
from tenant_apps.bookings.views.links import by_link
from tenant_apps.terms.errors import TermsChanged


@require_http_methods(["GET", "HEAD", "POST"])
@allow("public")
@by_link
def booking_terms(request: HttpRequest, booking: Booking, token: str) -> HttpResponse:
    """GET asks whether the buyer accepts the terms in force, if they did not yet; POST writes down that they do."""
    terms = to_accept(booking)
    if terms is None:
        return redirect("booking", token)
    form = AcceptForm(request.POST if request.method == "POST" else None, terms=TermsToAsk(terms))
    if form.is_valid():
        said = form.accepting(AcceptedBy.LINK, network=network_of(request))
        try:
            accepted = accept_terms(booking, said, by=signed_in(request))
        except TermsChanged:
            form.refuse_former_terms()
        except BookingOver as refusal:
            messages.error(request, refusal.message)
            return redirect("booking", token)
        else:
            if accepted is not None:  # else there are no terms any more
                messages.success(request, _("Thank you. That is noted with your booking."))
            return redirect("booking", token)
    context = {
        "booking": booking, "token": token, "session": booking.session, "course": booking.session.course,
        "form": form, "nav": "my_bookings",
    }  # fmt: skip
    return render(request, "bookings/terms.html", context, status=422 if form.is_bound else 200)
