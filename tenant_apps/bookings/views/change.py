"""What a buyer changes by the link in their email: the date, the seats, and who comes."""

from decimal import Decimal

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.digits import whole_number
from shared_apps.core.errors import DomainError
from shared_apps.core.money import display
from shared_apps.core.permissions import allow
from shared_apps.web.networks import network_of
from shared_apps.web.office import uuid_of
from shared_apps.web.templatetags.muster import day as day_text
from shared_apps.web.views import too_many_requests
from tenant_apps.bookings.accepting import must_accept_to_move
from tenant_apps.bookings.answer_readers import Reader
from tenant_apps.bookings.asked import asked_of_people
from tenant_apps.bookings.care import refuse_too_young_for
from tenant_apps.bookings.details import name_attendees
from tenant_apps.bookings.forms import Names
from tenant_apps.bookings.hold_limits import ask_for_seats
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.name_times import may_be_named, named_until
from tenant_apps.bookings.purchases import BookedSeats
from tenant_apps.bookings.selectors import booking_of_names
from tenant_apps.bookings.services import MOST_SEATS
from tenant_apps.bookings.terms_form import AcceptForm, TermsToAsk
from tenant_apps.bookings.terms_models import AcceptedBy
from tenant_apps.bookings.transfer_quotes import (
    TransferQuote,
    difference_text,
    new_terms,
    price_of,
    quote_of,
    quote_seats,
    refuse_unpaid,
    why_not_movable,
)
from tenant_apps.bookings.transfers import change_seats, transfer_booking
from tenant_apps.bookings.views.care import seats_asked
from tenant_apps.bookings.views.links import by_link
from tenant_apps.checkout.road import private_page, see_what_came
from tenant_apps.payments.paying import close_open_payments
from tenant_apps.scheduling.models import Session

MOST_DATES = 30


@require_http_methods(["GET", "HEAD", "POST"])
@allow("public")
@by_link
def booking_transfer(request: HttpRequest, booking: Booking, token: str) -> HttpResponse:
    """GET shows the other dates, and with `to` what one of them means for the money; POST moves the booking there."""
    see_what_came(request, BookedSeats(booking))
    if refusal := why_not_movable(booking):
        messages.error(request, refusal.message)
        return redirect("booking", token)
    dates = _dates(booking)
    asked = uuid_of((request.POST or request.GET).get("to", ""))
    to = next((one for one, _text in dates if one.pk == asked), None)
    quote, problem, changed = None, None, False
    form = AcceptForm(
        request.POST if request.method == "POST" else None, terms=TermsToAsk(must_accept_to_move(booking), former=True)
    )
    if to is not None:
        quote, problem = _looked_at(booking, to, booking.seats)
    if request.method == "POST":
        if to is None or quote is None:
            messages.error(request, _("This date can't be had any more. Choose another one."))
            return redirect("booking_transfer", token)
        changed = request.POST.get("shown") != str(quote.shown)
        if not changed and problem is None and form.is_valid():
            said = form.accepting(AcceptedBy.TRANSFER, network=network_of(request))
            with ask_for_seats(network_of(request), to, seats=booking.seats) as share:
                if share.wait:
                    return too_many_requests(request, wait=share.wait)
                try:
                    _close_what_is_open(booking)
                    moved = transfer_booking(
                        booking=booking, to=to, by=signed_in(request), shown=quote.shown, bank_details=_bank(request),
                        accepting=said,
                    )  # fmt: skip
                except DomainError as error:
                    messages.error(request, error.message)
                    return redirect("booking_transfer", token)
                share.keep(moved)
            return _done(request, moved, token, quote, _("Your booking is moved to %s.") % day_text(to.starts_at))
    context = {
        **_facts(booking, token), "dates": dates, "to": to, "quote": quote, "problem": problem, "changed": changed,
        "verb": _("Move to %s") % day_text(to.starts_at, "d MMM") if to else "", "form": form,
    }  # fmt: skip
    status = 409 if changed else 422 if form.is_bound and form.errors else 200
    return render(request, "bookings/transfer.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("public")
@by_link
def booking_seats(request: HttpRequest, booking: Booking, token: str) -> HttpResponse:
    """GET shows what another number of `seats` means for the money; POST changes it."""
    see_what_came(request, BookedSeats(booking))
    if refusal := why_not_movable(booking):
        messages.error(request, refusal.message)
        return redirect("booking", token)
    said = (request.POST or request.GET).get("seats", "")
    most = max(booking.seats, min(MOST_SEATS, booking.seats + booking.session.seats_left))
    seats = whole_number(said, 1, most) or 0
    quote, problem, changed = None, None, False
    named = list(booking.attendees.all())
    leaving = [row for row in named if str(row.pk) in request.POST.getlist("leaving")]
    over = max(0, len(named) - seats) if seats else 0
    if said and not seats:
        problem = ngettext("Choose from 1 to %d seat.", "Choose from 1 to %d seats: no more are free.", most) % most
    if seats and seats != booking.seats:
        quote, problem = _looked_at(booking, booking.session, seats)
    if request.method == "POST" and quote is not None and problem is None:
        changed = request.POST.get("shown") != str(quote.shown)
        if not changed and len(named) - len(leaving) > seats:
            problem = ngettext(
                "Say who comes no more: %d name.", "Say who comes no more: %d names.", over
            ) % over  # fmt: skip
        elif not changed:
            with ask_for_seats(network_of(request), booking.session, seats=seats, held=booking) as share:
                if share.wait:
                    return too_many_requests(request, wait=share.wait)
                try:
                    _close_what_is_open(booking)
                    after = change_seats(
                        booking=booking, seats=seats, by=signed_in(request), leaving=[row.pk for row in leaving],
                        shown=quote.shown, bank_details=_bank(request),
                    )  # fmt: skip
                except DomainError as error:
                    messages.error(request, error.message)
                    return redirect("booking_seats", token)
                share.keep(after)
            text = ngettext("You have %d seat now.", "You have %d seats now.", seats) % seats
            return _done(request, after, token, quote, text)
    context = {
        **_facts(booking, token), "seats": seats, "numbers": range(1, most + 1), "quote": quote, "problem": problem,
        "changed": changed, "named": named, "over": over, "leaving": leaving, "verb": _("Change the seats"),
    }  # fmt: skip
    return render(request, "bookings/seats.html", context, status=409 if changed else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("public")
@private_page
def booking_people(request: HttpRequest, token: str) -> HttpResponse:
    """The page of who comes alone, by a link that opens nothing else."""
    booking = booking_of_names(token)
    if booking is None:
        raise Http404
    form = None
    if may_be_named(booking):
        form = Names(request.POST or None, booking=booking, shows_emails=False)
        if request.method == "POST" and form.is_valid():
            try:
                name_attendees(booking, attendees=form.attendees(), reader=Reader.NAMER, by=signed_in(request))
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, _("The names are saved. Thank you."))
                return redirect("booking_people", token)
    context = {
        "booking": booking, "session": booking.session, "course": booking.session.course, "form": form,
        "until": named_until(booking), "nav": "courses", "asked": asked_of_people(booking),
        "answers_url": reverse("people_answers", args=[token]), "care": seats_asked(booking, token, page="people_care"),
    }  # fmt: skip
    return render(request, "bookings/people.html", context)


def _dates(booking: Booking) -> list[tuple[Session, str]]:
    """The other dates of the course with room for it, and what each costs more or less."""
    rows = Session.objects.public().bookable().with_seats(booking.seats).filter(course=booking.session.course_id)
    rows = rows.exclude(pk=booking.session_id).select_related("course", "place").annotate(day_count=Count("days"))
    price = price_of(booking)
    return [
        (one, difference_text((one.seat_price or Decimal(0)) * booking.seats - price)) for one in rows[:MOST_DATES]
    ]  # fmt: skip


def _looked_at(booking: Booking, to: Session, seats: int) -> tuple[TransferQuote, str | None]:
    """What it means for the money, and what speaks against it."""
    try:
        refuse_too_young_for(booking, to)
        new = new_terms(booking, to, seats)
        quote = quote_of(booking, new)
        refuse_unpaid(booking, new, quote)
    except DomainError as refusal:
        return quote_seats(booking, booking.seats), str(refusal.message)
    return quote, None


def _facts(booking: Booking, token: str) -> dict[str, object]:
    return {
        "booking": booking, "token": token, "session": booking.session, "course": booking.session.course,
        "nav": "my_bookings",
    }  # fmt: skip


def _bank(request: HttpRequest) -> str:
    return request.POST.get("bank_details", "").strip()[:300]


def _close_what_is_open(booking: Booking) -> None:
    """A page to pay of a hold would take what it cost before."""
    if booking.order and not booking.confirmed_at:
        close_open_payments(booking.order)


def _done(request: HttpRequest, booking: Booking, token: str, quote: TransferQuote, text: str) -> HttpResponse:
    """On to the booking; to its money, where something is to be paid."""
    if by_card := quote.refund - quote.by_hand:
        text = f"{text} {_('%s goes back to you.') % display(by_card, quote.currency)}"
    if quote.by_hand:
        text = f"{text} {_('The office will hand %s back to you.') % display(quote.by_hand, quote.currency)}"
    if quote.to_pay and booking.confirmed_at:
        # On the page and not in a toast, which would lie over the button to pay.
        return redirect(f"{reverse('booking', args=[token])}?changed")
    messages.success(request, text)
    return redirect("booking_check" if quote.to_pay else "booking", token)
