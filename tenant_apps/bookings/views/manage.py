"""Looking after a booking by its link: how it stands, paying the rest, cancelling, the calendar, an account."""

from decimal import Decimal

from allauth.account.forms import ResetPasswordForm
from allauth.core import ratelimit
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.errors import DomainError
from shared_apps.core.money import display
from shared_apps.core.permissions import allow
from shared_apps.core.time import now
from tenant_apps.bookings.asked import asked_of_people
from tenant_apps.bookings.calendar import calendar_file, google_links
from tenant_apps.bookings.check_in import codes_of
from tenant_apps.bookings.details import name_attendees
from tenant_apps.bookings.errors import BookingOver, TooLateForNames
from tenant_apps.bookings.forms import Names
from tenant_apps.bookings.holding import ensure_account
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.name_times import may_be_named, named_until, names_link
from tenant_apps.bookings.purchases import BookedSeats
from tenant_apps.bookings.receipts import receipt_of
from tenant_apps.bookings.selectors import is_held, may_have_come, other_dates
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.bookings.terms import RefundQuote, refund_quote
from tenant_apps.bookings.transfer_quotes import movable_until, why_not_movable
from tenant_apps.bookings.views.care import seats_asked
from tenant_apps.bookings.views.links import by_link, facts_of
from tenant_apps.checkout.road import see_what_came
from tenant_apps.payments.receipts import receipt_pdf
from tenant_apps.payments.refunds import goes_by_hand, shares_of
from tenant_apps.payments.selectors import any_refuses
from tenant_apps.terms.models import BookingTerms


@require_safe
@allow("public")
@by_link
def booking(request: HttpRequest, booking: Booking, token: str) -> HttpResponse:
    """Everything about one booking, for whoever has its link."""
    on_again = booking.status in (BookingStatus.CANCELLED, BookingStatus.EXPIRED)
    context = {
        **facts_of(booking, token),
        "on_again": on_again,
        "others": other_dates(booking.session) if on_again else [],
        "held": is_held(booking),
        "now": now(),
        "cancellable": booking.why_not_cancellable() is None,
        "movable": why_not_movable(booking) is None,
        "movable_until": movable_until(booking),
        "nameable": may_be_named(booking),
        "policy": booking.cancelling,
        "not_paid": "not_paid" in request.GET,
        "changed": "changed" in request.GET,
        "calendar_links": google_links(booking) if booking.status == BookingStatus.CONFIRMED else [],
        "codes": codes_of(booking),
        "may_review": may_have_come(booking),
        "asked": asked_of_people(booking),
        "answers_url": reverse("booking_answers", args=[token]),
        "nav": "my_bookings",
    }
    return render(request, "bookings/booking.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("public")
@by_link
def booking_cancel(request: HttpRequest, booking: Booking, token: str) -> HttpResponse:
    """GET shows what comes back; POST cancels, if that is still what was shown."""
    see_what_came(request, BookedSeats(booking))
    if too_late := booking.why_not_cancellable():
        messages.error(request, too_late.message)
        return redirect("booking", token)
    quote = refund_quote(booking)
    by_hand = goes_by_hand(booking.order, quote.amount) if booking.order else Decimal(0)
    taken = shares_of(booking.order, quote.amount) if booking.order else []
    changed = request.method == "POST" and request.POST.get("refund") != str(quote.amount)
    if request.method == "POST" and not changed:
        by = request.user if request.user.is_authenticated else None
        try:
            cancel_booking(
                booking, by=by, refund=quote.amount, reason=request.POST.get("reason", "").strip()[:300],
                bank_details=request.POST.get("bank_details", "").strip()[:300],
            )  # fmt: skip
        except DomainError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _cancelled_message(quote, by_hand))
        return redirect("booking", token)
    context = {
        "booking": booking,
        "token": token,
        "session": booking.session,
        "course": booking.session.course,
        "quote": quote,
        "kept": quote.held - quote.amount,
        "by_hand": by_hand,
        "went_back": bool(booking.order and booking.order.refunded),
        "by_card": quote.amount - by_hand,
        "delayed": any_refuses(payment for payment, _part in taken),
        "policy": booking.cancelling,
        "changed": changed,
        "nav": "my_bookings",
    }
    return render(request, "bookings/cancel.html", context, status=409 if changed else 200)


def _cancelled_message(quote: RefundQuote, by_hand: Decimal) -> str:
    said = [_("Your booking is cancelled.")]
    if by_card := quote.amount - by_hand:
        said.append(_("%s goes back to you.") % display(by_card, quote.currency))
    if by_hand:
        said.append(_("The office will hand %s back to you.") % display(by_hand, quote.currency))
    return " ".join(said)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("public")
@by_link
def booking_names(request: HttpRequest, booking: Booking, token: str) -> HttpResponse:
    """Who is coming, said or changed after booking."""
    if not may_be_named(booking):
        hours = BookingTerms.objects.load().names_until_hours
        messages.error(request, TooLateForNames(hours).message if booking.is_changeable else BookingOver.message)
        return redirect("booking", token)
    form = Names(request.POST or None, booking=booking, shows_emails=True)
    if request.method == "POST" and form.is_valid():
        by = signed_in(request) if request.user.is_authenticated else None
        name_attendees(booking, attendees=form.attendees(), by=by)
        messages.success(request, _("The names are saved."))
        return redirect("booking", token)
    context = {
        "booking": booking, "token": token, "session": booking.session, "course": booking.session.course,
        "asked": asked_of_people(booking), "answers_url": reverse("booking_answers", args=[token]),
        "until": named_until(booking), "people_link": names_link(booking) if booking.seats > 1 else "",
        "care": seats_asked(booking, token, page="booking_care"),
    }  # fmt: skip
    return render(request, "bookings/names.html", context | {"form": form, "nav": "my_bookings"})


@require_safe
@allow("public")
@by_link
def booking_calendar(request: HttpRequest, booking: Booking, token: str) -> HttpResponse:
    """The booking's days as a calendar file."""
    response = HttpResponse(calendar_file(booking), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="booking-{booking.reference}.ics"'
    return response


@require_safe
@allow("public")
@by_link
def booking_receipt(request: HttpRequest, booking: Booking, token: str) -> HttpResponse:
    """What was paid so far, as a PDF; 404 when nothing was."""
    receipt = receipt_of(booking)
    if receipt is None:
        raise Http404
    response = HttpResponse(receipt_pdf(receipt, request=request), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="receipt-{booking.reference}.pdf"'
    return response


@require_POST
@allow("public")
@by_link
def booking_account(request: HttpRequest, booking: Booking, token: str) -> HttpResponse:
    """Send a link to set a password to the booking's address. The answer is the same whether it is known or not."""
    allowed = ratelimit.consume(request, action="reset_password", key=booking.shown_email)
    form = ResetPasswordForm({"email": booking.shown_email})
    if allowed:
        ensure_account(booking)
        if form.is_valid():
            form.save(request)
    messages.success(
        request, f"We sent a link to {booking.shown_email}. Open it to choose a password and see all your bookings."
    )
    return redirect("booking_done", token)
