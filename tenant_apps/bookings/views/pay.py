"""Check, pay, done: the steps after the seats are held."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.errors import DomainError
from shared_apps.core.permissions import allow
from shared_apps.core.time import now
from shared_apps.web.networks import at_most
from tenant_apps.bookings.calendar import google_links
from tenant_apps.bookings.checkout import pay_online
from tenant_apps.bookings.errors import HoldOver, ProofNeeded
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.proof import awaits_proof
from tenant_apps.bookings.selectors import (
    booking_of,
    can_extend,
    is_held,
    money_arrived,
    open_payments,
)
from tenant_apps.bookings.services import extend_hold
from tenant_apps.bookings.terms import is_free_now
from tenant_apps.bookings.views.links import (
    ASKED_A_MINUTE,
    by_link,
    facts_of,
    private_page,
    remember,
    remembered,
    see_what_came,
)
from tenant_apps.bookings.views.prove import held_until_proven, over
from tenant_apps.payments.errors import NothingDue
from tenant_apps.payments.models import Payment
from tenant_apps.payments.providers import online_providers
from tenant_apps.payments.selectors import money_of

PAID_FOR = (BookingStatus.CONFIRMED, BookingStatus.COMPLETED)


@require_safe
@allow("public")
@by_link
def booking_check(request: HttpRequest, booking: Booking, token: str) -> HttpResponse:
    """The answers, the price and the ways to pay it. A hold whose time is up says so, with a way on."""
    if booking.status in PAID_FOR or money_arrived(booking):
        return redirect("booking_done", token)
    if booking.status == BookingStatus.CANCELLED:
        return redirect("booking", token)
    if not is_held(booking):
        return over(request, booking)
    if awaits_proof(booking, user=request.user):
        return held_until_proven(request, booking, token)
    if str(booking.pk) not in remembered(request):
        remember(request, booking)  # opened by the link in an email: "Change" leads to what was given, here too
    context = facts_of(booking, token) | {
        "now": now(),
        "can_extend": can_extend(booking),
        "policy": booking.cancelling,
        "not_paid": "not_paid" in request.GET,
        "free_now": is_free_now(booking),
        "where_paid": next((one.where_paid for one in online_providers() if one.available), ""),
    }
    return render(request, "bookings/check.html", context)


@require_POST
@allow("public")
@by_link
def booking_pay(request: HttpRequest, booking: Booking, token: str) -> HttpResponse:
    """Off to the provider's page, for the purpose that was chosen. What can't be paid now says why."""
    at_most(ASKED_A_MINUTE, "pay", request)
    purpose = request.POST.get("purpose", Payment.Purpose.FULL)
    if purpose not in Payment.Purpose.values:
        purpose = Payment.Purpose.FULL
    back = "booking_check" if booking.status == BookingStatus.PENDING else "booking"
    try:
        payment = pay_online(
            booking,
            purpose=purpose,
            success_url=request.build_absolute_uri(reverse("booking_return", args=[token])),
            cancel_url=request.build_absolute_uri(f"{reverse(back, args=[token])}?not_paid=1"),
            by=signed_in(request),
        )
    except NothingDue:
        return redirect("booking_done", token)
    except (HoldOver, ProofNeeded):
        return redirect("booking_check", token)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect(back, token)
    return HttpResponseRedirect(payment.pay_url, status=303)


@require_POST
@allow("public")
@by_link
def booking_extend(request: HttpRequest, booking: Booking, token: str) -> HttpResponse:
    """More time to pay, once."""
    try:
        extend_hold(booking, by=signed_in(request) if request.user.is_authenticated else None)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect("booking_check", token)


@require_safe
@allow("public")
@private_page
def booking_return(request: HttpRequest, token: str) -> HttpResponse:
    """Back from the provider: ask how it went, then on to the page that says so.

    Whose link was called in while they paid is told that what they paid counts, and nothing of the booking.
    """
    booking = booking_of(token)
    if booking is None:
        booking = booking_of(token, called_in=True)
        if booking is None:
            raise Http404
        see_what_came(request, booking)
        return render(request, "bookings/called_in.html")
    known = see_what_came(request, booking)
    money = money_of(booking.order)
    if money and money.payments and money.payments[-1].purpose == Payment.Purpose.BALANCE and not money.due:
        messages.success(request, "Thank you. Everything is paid.")
        return redirect("booking", token)
    if booking.status in PAID_FOR and open_payments(booking):
        messages.info(request, "We have not heard of your payment yet. You need not pay again: it appears here soon.")
        return redirect("booking", token)
    if booking.status in PAID_FOR or open_payments(booking) or money_arrived(booking) or not known:
        return redirect("booking_done", token)
    return redirect(f"{reverse('booking_check', args=[token])}?not_paid=1")


@require_safe
@allow("public")
@by_link
def booking_done(request: HttpRequest, booking: Booking, token: str) -> HttpResponse:
    """The keepsake; while the money is on its way, that we are still checking."""
    context = facts_of(booking, token)
    if booking.status == BookingStatus.PENDING and (open_payments(booking) or money_arrived(booking)):
        return render(request, "bookings/checking.html", context)
    if booking.status not in PAID_FOR:
        return redirect("booking_check", token)
    return render(request, "bookings/done.html", context | {"calendar_links": google_links(booking)})
