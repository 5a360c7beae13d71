"""Seats that were offered to whoever waited for them."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.errors import DomainError
from shared_apps.core.permissions import allow
from shared_apps.core.states import Actor
from shared_apps.web.networks import network_of
from tenant_apps.bookings.models import BookingStatus
from tenant_apps.bookings.offer_links import offer_of
from tenant_apps.bookings.selectors import days_of, other_dates
from tenant_apps.bookings.terms_form import AcceptForm, TermsToAsk, terms_to_ask
from tenant_apps.bookings.terms_models import AcceptedBy
from tenant_apps.bookings.views.links import remember
from tenant_apps.bookings.waiting_list import take_offer
from tenant_apps.checkout.road import private_page
from tenant_apps.scheduling.models import Session
from tenant_apps.scheduling.offers import decline_offer


@require_http_methods(["GET", "HEAD", "POST"])
@allow("public")
@private_page
def offer(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the email: GET shows what is offered, POST answers; `decline` says no."""
    found = offer_of(token)
    if found is None:
        raise Http404
    declines = request.method == "POST" and "decline" in request.POST
    sent = request.POST if request.method == "POST" and not declines else None
    form = AcceptForm(sent, terms=terms_to_ask(signed_in(request)) if found.is_open else TermsToAsk())
    if declines or form.is_valid():
        by = signed_in(request)
        try:
            if declines:
                decline_offer(found, by=by, acting=Actor.BUYER)
                messages.success(request, _("You gave the offer up, and the next one is asked."))
                return redirect("offer", token)
            said = form.accepting(AcceptedBy.PAGE, network=network_of(request))
            booking = take_offer(found, by=by, acting=Actor.BUYER, proven=True, accepting=said)
        except DomainError as refusal:
            messages.error(request, refusal.message)
            return redirect("offer", token)
        page = "booking_done" if booking.status == BookingStatus.CONFIRMED else "booking_check"
        return redirect(page, remember(request, booking))
    session = Session.objects.select_related("course", "place", "room").get(pk=found.subject_id)
    context = {
        "offer": found, "session": session, "course": session.course, "days": days_of(session),
        "others": [] if found.is_open else other_dates(session), "nav": "courses", "form": form,
    }  # fmt: skip
    return render(request, "bookings/offer.html", context, status=422 if form.is_bound else 200)
