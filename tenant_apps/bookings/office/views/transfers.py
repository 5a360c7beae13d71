"""Another date, or another number of seats, for one booking."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.digits import whole_number
from shared_apps.core.errors import DomainError
from shared_apps.core.money import display
from shared_apps.core.permissions import allow
from shared_apps.core.time import now
from shared_apps.web.office import form_page, refusals_on, uuid_in
from shared_apps.web.templatetags.muster import day as day_text
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.office.transfer_forms import SeatsForm, TransferForm, other_sessions
from tenant_apps.bookings.selectors import refunds_to_hand_over
from tenant_apps.bookings.transfer_quotes import TransferQuote, quote_seats, quote_transfer, why_not_movable
from tenant_apps.bookings.transfers import change_seats, transfer_booking
from tenant_apps.payments.errors import ProviderError
from tenant_apps.payments.paying import close_open_payments


def _found(request: HttpRequest, pk: UUID) -> Booking:
    rows = Booking.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("session__course", "order", "buyer"), pk=pk)


@require_http_methods(["GET", "POST"])
@allow("bookings.manage")
def booking_transfer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Another date: its price is shown first, then seats and money change in one step."""
    found = _found(request, pk)
    asked = {"to": request.GET.get("to", ""), "keep_price": "keep_price" in request.GET}
    form = TransferForm(
        request.POST or None, booking=found, user=request.user, here=request.path, initial=asked
    )  # fmt: skip
    to = None
    if form.is_valid():
        to, keep = form.cleaned_data["to"], form.cleaned_data["keep_price"]
    elif not form.is_bound and (key := uuid_in(request, "to")):
        to, keep = other_sessions(found, request.user).filter(pk=key).first(), asked["keep_price"]
    quote = quote_transfer(found, to, keep_price=bool(keep)) if to else None
    sums = f"{to.pk} {int(bool(keep))} {quote.shown}" if to and quote else ""
    if to and quote and form.is_bound and form.cleaned_data["agreed"] == sums:
        since = now()
        with refusals_on(form):
            _close_what_is_open(found)
            moved = transfer_booking(
                booking=found, to=to, by=signed_in(request), by_office=True, keep_price=bool(keep), shown=quote.shown
            )
            return _done(request, moved, quote, _("Moved to %s.") % day_text(to.starts_at), since=since)
    context = {
        "nav": "bookings", "booking": found, "session": found.session, "form": form, "to": to, "quote": quote,
        "sums": sums, "movable": why_not_movable(found, by_office=True) is None,
        "none": not form.is_bound and not other_sessions(found, request.user).exists(),
    }  # fmt: skip
    return form_page(request, "bookings/office/transfer.html", context)


@require_http_methods(["GET", "POST"])
@allow("bookings.manage")
def booking_seats(request: HttpRequest, pk: UUID) -> HttpResponse:
    """More or fewer seats: what that costs is shown first."""
    found = _found(request, pk)
    most = found.seats + found.session.seats_left
    form = SeatsForm(
        request.POST or None, booking=found, here=request.path, most=most,
        initial={"seats": request.GET.get("seats", found.seats)},
    )  # fmt: skip
    seats = 0
    if form.is_valid():
        seats = form.cleaned_data["seats"]
    elif not form.is_bound:
        seats = whole_number(request.GET.get("seats"), 1, most) or 0
    quote = quote_seats(found, seats) if seats and seats != found.seats else None
    sums = f"{seats} {quote.shown}" if quote else ""
    if form.is_bound and form.is_valid() and not quote:
        return redirect("office:booking", pk)
    if quote and form.is_bound and form.cleaned_data["agreed"] == sums:
        since = now()
        with refusals_on(form):
            _close_what_is_open(found)
            changed = change_seats(
                booking=found, seats=seats, by=signed_in(request), by_office=True, leaving=form.leaving_ids(),
                shown=quote.shown,
            )  # fmt: skip
            text = ngettext("The booking has %d seat now.", "The booking has %d seats now.", seats) % seats
            return _done(request, changed, quote, text, since=since)
    context = {
        "nav": "bookings", "booking": found, "session": found.session, "form": form, "quote": quote, "sums": sums,
        "seats": seats, "most": most, "movable": why_not_movable(found, by_office=True) is None,
    }  # fmt: skip
    return form_page(request, "bookings/office/seats.html", context)


def _close_what_is_open(booking: Booking) -> None:
    """A page to pay of a hold would take what it cost before."""
    if booking.order and not booking.confirmed_at:
        try:
            close_open_payments(booking.order)
        except ProviderError as error:
            raise DomainError(error.message) from error


def _done(request: HttpRequest, booking: Booking, quote: TransferQuote, text: str, *, since: datetime) -> HttpResponse:
    if by_hand := [one for one in refunds_to_hand_over(booking) if one.created_at >= since]:
        messages.success(request, f"{text} {_('Now send the money back, and note here how you did.')}")
        return redirect(f"{reverse('office:booking_refund', args=[booking.pk])}?refund={by_hand[0].pk}")
    if quote.refund:
        text = f"{text} {_('%s is on its way back.') % display(quote.refund, quote.currency)}"
    elif quote.to_pay:
        text = f"{text} {_('%s is due now.') % display(quote.due, quote.currency)}"
    messages.success(request, text)
    return redirect("office:booking", booking.pk)
