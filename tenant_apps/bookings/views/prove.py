"""Free seats: held until the link in our email is followed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.errors import DomainError, MovedMeanwhile
from shared_apps.core.limits import HOUR, Rate, count
from shared_apps.core.permissions import allow
from shared_apps.core.time import now
from shared_apps.web.networks import network_of
from shared_apps.web.views import too_many_requests
from tenant_apps.bookings.given_before import given_before
from tenant_apps.bookings.hold_limits import ask_for_seats, wait_of_stranger
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.notifications import send_proof
from tenant_apps.bookings.proof import awaits_proof, booking_of_proof, confirm_by_link
from tenant_apps.bookings.selectors import days_of, is_held, other_dates, token_of
from tenant_apps.bookings.views.links import by_link, facts_of, remember
from tenant_apps.checkout.errors import HoldOver
from tenant_apps.checkout.road import private_page
from tenant_apps.messaging.models import Message, MessageStatus
from tenant_apps.payments.paying import close_open_payments
from tenant_apps.payments.selectors import money_of

SENT_AGAIN = Rate(3, HOUR)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("public")
@private_page
def booking_prove(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the email. Programs that look at links do no more than that, so confirming is a button."""
    booking = booking_of_proof(token)
    if booking is None:
        raise Http404
    if request.method == "POST":
        # Of a hold that ran out the seats are taken anew, and so they are counted anew.
        anew = booking.seats if booking.status == BookingStatus.EXPIRED and not booking.order_id else 0
        with ask_for_seats(network_of(request), booking.session, seats=anew) as share:
            if share.wait:
                return too_many_requests(request, wait=share.wait)
            try:
                if booking.order:
                    close_open_payments(booking.order)
                booking = confirm_by_link(booking, by=signed_in(request))
            except (HoldOver, MovedMeanwhile):
                return over(request, booking)
            except DomainError as refusal:
                messages.error(request, refusal.message)
                return redirect("booking_prove", token)
            share.keep(booking)
        return redirect("booking_done", remember(request, booking))
    if booking.status in (BookingStatus.CONFIRMED, BookingStatus.COMPLETED):
        return redirect("booking_done", token_of(booking))
    if booking.status == BookingStatus.CANCELLED or (booking.order_id and not awaits_proof(booking, user=None)):
        return redirect("booking", token_of(booking))
    free = booking.session.is_bookable and booking.session.seats_left >= booking.seats
    if not is_held(booking) and not free:
        return over(request, booking)
    context = {
        "booking": booking, "proof": token, "session": booking.session, "course": booking.session.course,
        "days": days_of(booking.session), "held": is_held(booking),
        "coming": given_before(booking)["coming"], "nav": "courses",
    }  # fmt: skip
    return render(request, "bookings/prove.html", context)


@require_POST
@allow("public")
@by_link
def booking_prove_again(request: HttpRequest, booking: Booking, token: str) -> HttpResponse:
    """The email once more, or for the first time when a price fell to nothing; a few times an hour."""
    if not (is_held(booking) and awaits_proof(booking, user=request.user)):
        return redirect("booking_check", token)
    wait = count("proof", f"{booking.pk}:{booking.buyer_id}", SENT_AGAIN) or wait_of_stranger(network_of(request))
    if wait:
        return too_many_requests(request, wait=wait)
    notice = send_proof(booking, again=f":{now():%Y%m%d%H%M%S}")
    if (
        notice is None or not notice.messages.filter(status=MessageStatus.WITHHELD, channel="email").exists()
    ):  # else the page says what became of it
        messages.success(request, _("We sent the link to %s.") % booking.shown_email)
    return redirect("booking_check", token)


def held_until_proven(request: HttpRequest, booking: Booking, token: str) -> HttpResponse:
    """The page of free seats that wait for the link in our email."""
    told = Message.objects.filter(about_id=booking.pk, kind="bookings/prove", to__iexact=booking.buyer.email)
    last = told.order_by("-created_at", "-pk").first()
    context = {
        "sent": booking.order_id is None or last is not None,
        "withheld": last is not None and last.status == MessageStatus.WITHHELD,
        "now": now(),
    }
    return render(request, "bookings/held.html", facts_of(booking, token) | context)


def over(request: HttpRequest, booking: Booking) -> HttpResponse:
    """The page of a hold whose time is up, with the ways on."""
    session = booking.session
    context = {
        "booking": booking,
        "session": session,
        "course": session.course,
        "money": money_of(booking.order),
        "others": other_dates(session),
        "nav": "courses",
    }
    return render(request, "bookings/over.html", context)
