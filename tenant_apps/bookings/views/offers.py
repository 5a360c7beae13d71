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
from tenant_apps.bookings.models import BookingStatus
from tenant_apps.bookings.offer_links import offer_of
from tenant_apps.bookings.selectors import days_of, other_dates
from tenant_apps.bookings.views.links import remember
from tenant_apps.checkout.road import private_page
from tenant_apps.scheduling.models import Session
from tenant_apps.scheduling.offers import accept_offer, decline_offer


@require_http_methods(["GET", "HEAD", "POST"])
@allow("public")
@private_page
def offer(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the email: GET shows what is offered, POST answers; `decline` says no."""
    found = offer_of(token)
    if found is None:
        raise Http404
    if request.method == "POST":
        by = signed_in(request)
        try:
            if "decline" in request.POST:
                decline_offer(found, by=by, acting=Actor.BUYER)
                messages.success(request, _("You gave the offer up, and the next one is asked."))
                return redirect("offer", token)
            booking = accept_offer(found, by=by, acting=Actor.BUYER, proven=True)
        except DomainError as refusal:
            messages.error(request, refusal.message)
            return redirect("offer", token)
        page = "booking_done" if booking.status == BookingStatus.CONFIRMED else "booking_check"
        return redirect(page, remember(request, booking))
    session = Session.objects.select_related("course", "place", "room").get(pk=found.subject_id)
    context = {
        "offer": found, "session": session, "course": session.course, "days": days_of(session),
        "others": [] if found.is_open else other_dates(session), "nav": "courses",
    }  # fmt: skip
    return render(request, "bookings/offer.html", context)
