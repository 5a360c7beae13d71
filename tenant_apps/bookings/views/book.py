"""Who is coming: the first step."""

from decimal import Decimal
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shared_apps.accounts.services import owns_email
from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.errors import DomainError
from shared_apps.core.permissions import allow
from shared_apps.core.time import how_long, now
from shared_apps.web.networks import at_most, network_of
from shared_apps.web.templatetags.muster import day
from shared_apps.web.views import shown_again
from tenant_apps.bookings.errors import AlreadyBooked, AnsweredThemselves, ConsentChanged, FileNotTaken, NobodyToPay
from tenant_apps.bookings.forms import WhoIsComing
from tenant_apps.bookings.given_before import given_before, said_of_people
from tenant_apps.bookings.hold_limits import (
    PERIOD,
    Share,
    ask_for_seats,
    most_free_seats,
    too_many_refused,
    wait_of_sender,
    wait_of_stranger,
)
from tenant_apps.bookings.holding import hold_seats, let_go
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.selectors import days_of, hold_elsewhere, hold_of, most_seats, other_dates, token_of
from tenant_apps.bookings.terms import Seats, Terms, seats_of_hold, terms_shown, why_not_payable
from tenant_apps.bookings.terms_form import terms_to_ask
from tenant_apps.bookings.terms_models import AcceptedBy
from tenant_apps.bookings.views.answers import ANSWERED_A_MINUTE
from tenant_apps.bookings.views.links import remember, remembered
from tenant_apps.checkout.errors import HoldOver
from tenant_apps.checkout.road import private_page
from tenant_apps.payments.errors import ProviderError
from tenant_apps.people.models import Person
from tenant_apps.questions.selectors import asked_of
from tenant_apps.scheduling.errors import SessionFull
from tenant_apps.scheduling.models import Session
from tenant_apps.terms.errors import TermsChanged, TermsNotAccepted


@shown_again
@require_http_methods(["GET", "HEAD", "POST"])
@allow("public")
@private_page
def book(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """GET asks who is coming, filled in with what this visitor gave before; POST holds the seats."""
    stale = getattr(request, "stale", False)
    # A trainer sees only their own sessions in the office, and books what is public like anybody else.
    sessions = Session.objects.visible_to(request.user) | Session.objects.public()
    sessions = sessions.select_related("course", "place", "trainer__person")
    session = get_object_or_404(sessions, pk=session_id)
    held = hold_of(session, ids=remembered(request), user=request.user)
    refusal = session.why_not_bookable() or why_not_payable(session)
    if refusal and not (held and isinstance(refusal, SessionFull | NobodyToPay)):
        return closed(request, session, refusal, status=409 if request.method == "POST" else 200)

    elsewhere = hold_elsewhere(session, ids=remembered(request), user=request.user)
    most = most_seats(session, held=held.seats if held else 0)
    if session.seat_price == 0:
        most = min(most, most_free_seats(session))
    terms = terms_to_ask(signed_in(request), held)
    asked = partial(
        WhoIsComing, most=most, elsewhere=elsewhere, terms=terms, session=session,
        questions=asked_of(session.course_id), held=held,
    )  # fmt: skip
    if request.method == "POST" and (stale or "update" in request.POST):
        form = asked(initial=_typed(request))
    elif request.method == "POST":
        if request.FILES:  # before any of them is looked into
            at_most(ANSWERED_A_MINUTE, "answers", request)
        form = asked(request.POST, request.FILES)
        if form.is_valid() and form.asks_more:  # asked once before the seats are held and paid for
            form = asked(initial=_typed(request))
            form.told_of_children = True
        elif form.is_valid():
            return _hold(request, session, held, elsewhere, form)
    else:
        form = asked(initial=_known(request, session, held, elsewhere))
    return _page(request, session, held, form, status=403 if stale else 200)


def _hold(
    request: HttpRequest, session: Session, held: Booking | None, elsewhere: Booking | None, form: WhoIsComing
) -> HttpResponse:
    with ask_for_seats(network_of(request), session, seats=form.cleaned_data["seats"], held=held) as share:
        if share.wait:
            return _wait(request, session, held, form, share.wait)
        return _hold_counted(request, session, held, elsewhere, form, share)


def _hold_counted(
    request: HttpRequest, session: Session, held: Booking | None, elsewhere: Booking | None, form: WhoIsComing,
    share: Share,
) -> HttpResponse:  # fmt: skip
    given, network = form.cleaned_data, network_of(request)
    other_address = held is None or held.shown_email.lower() != given["email"].lower()
    if other_address and not owns_email(request.user, given["email"]) and (wait := wait_of_stranger(network)):
        return _wait(request, session, held, form, wait)
    if wait := wait_of_sender(network, len(request.FILES)):
        return _wait(request, session, held, form, wait)
    asked = ("form_key", "seats", "name", "email", "phone", "company", "special_requests")
    try:
        booking = hold_seats(
            session=session,
            held=held,
            attendees=form.attendees(),
            answers=form.answers(),
            by=signed_in(request) if request.user.is_authenticated else None,
            booking_id=share.booking_id,
            accepting=form.accepting(AcceptedBy.PAGE, network=network),
            care=form.given_care(),
            **{field: given[field] for field in asked},
        )
    except AlreadyBooked as refusal:
        if too_many_refused(network, session):
            return _wait(request, session, held, form, int(PERIOD.total_seconds()))
        form.add_error("email", f"{refusal.message} {_('Its link is in the emails we send there.')}")
        return _page(request, session, held, form, status=refusal.status)
    except (TermsChanged, TermsNotAccepted) as refusal:
        form.refuse_former_terms()
        return _page(request, session, held, form, status=refusal.status)
    except ConsentChanged as refusal:
        form.refuse_former_consents()
        return _page(request, session, held, form, status=refusal.status)
    except HoldOver:
        if held is None:
            raise
        booking = held  # paid, expired or cancelled at this very moment: its page tells which
        booking.refresh_from_db()
    except (ProviderError, FileNotTaken, AnsweredThemselves) as refusal:
        form.add_error(None, refusal.message)
        return _page(request, session, held, form, status=refusal.status)
    except SessionFull as refusal:
        session.refresh_from_db()
        if not session.seats_left and held is None:
            return closed(request, session, refusal, status=refusal.status)
        form.add_error("seats", refusal.message)
        return _page(request, session, held, form, status=refusal.status)
    share.keep(booking)
    if elsewhere and given["let_go"]:
        _let_go(request, elsewhere)
    token = remember(request, booking)
    page = "booking_done" if booking.status == BookingStatus.CONFIRMED else "booking_check"
    return redirect(page, token)


def _wait(
    request: HttpRequest, session: Session, held: Booking | None, form: WhoIsComing, seconds: int
) -> HttpResponse:
    text = _("There were many bookings from you in a short time, so we paused. Nothing was booked. Try again in %s.")
    form.add_error(None, text % how_long(seconds))
    answer = _page(request, session, held, form, status=429)
    answer["Retry-After"] = str(seconds)
    return answer


def _let_go(request: HttpRequest, elsewhere: Booking) -> None:
    """Give up the seats on the other date, or say why they stay."""
    by = request.user if request.user.is_authenticated else None
    try:
        gone = let_go(elsewhere, by=by)
    except ProviderError:
        text = _("Your seats on %s could not be let go just now. They go back by themselves when their time is up.")
        messages.warning(request, text % day(elsewhere.session.starts_at))
        return
    if not gone:
        text = _("Your seats on %s are paid for, so you have both dates.")
        messages.warning(request, text % day(elsewhere.session.starts_at))


def _typed(request: HttpRequest) -> dict[str, object]:
    """What is in the form, to be shown again.

    On the page of another date the form has its own key, and what is held on the former date is let go as usual.
    """
    several = {name: values for name, values in request.POST.lists() if len(values) > 1}
    typed: dict[str, object] = {**request.POST.dict(), **several, "coming": "coming" in request.POST}
    if request.POST.get("update") != "date":
        return {**typed, "let_go": "let_go" in request.POST}
    return {name: value for name, value in typed.items() if name not in ("form_key", "let_go")}


def _known(
    request: HttpRequest, session: Session, held: Booking | None, elsewhere: Booking | None
) -> dict[str, object]:
    """What the visitor need not type again: what they gave for this date or another of the course, or their details."""
    if held:  # what was said of those who come stands on it
        return given_before(held)
    if before := elsewhere or _earlier(request, session):
        return {**given_before(before), **said_of_people(before)}
    if user := signed_in(request):
        person: Person | None = getattr(user, "person", None)
        return {"name": user.name, "email": user.email, "phone": person.phone if person else ""}
    return {}


def _earlier(request: HttpRequest, session: Session) -> Booking | None:
    """The last one of this visitor's bookings of this course that ran out or was cancelled."""
    over = [BookingStatus.EXPIRED, BookingStatus.CANCELLED]
    mine = Booking.objects.filter(pk__in=remembered(request), session__course=session.course_id, status__in=over)
    return mine.order_by("-created_at").first()


def _page(
    request: HttpRequest, session: Session, held: Booking | None, form: WhoIsComing, *, status: int = 200
) -> HttpResponse:
    terms, seats = terms_shown(session), form.seats_now
    parts = seats_of_hold(held, seats, terms) if held else [Seats(seats, terms.price or Decimal(0))]
    total = sum((part.total for part in parts), Decimal(0))
    credited = min(total, held.order.balance.credited) if held and held.order else Decimal(0)
    own = Q(pk__in=remembered(request))
    if request.user.is_authenticated:
        own |= Q(buyer__user=request.user)
    mine = Booking.objects.filter(own, session=session, status=BookingStatus.CONFIRMED).first()
    most = form.most
    context = {
        "session": session,
        "course": session.course,
        "days": days_of(session),
        "form": form,
        "others": [other for other in other_dates(session) if not why_not_payable(other)],
        "most_at_once": most if most < session.seats_left + (held.seats if held else 0) else 0,
        "held": held,
        "token": token_of(held) if held else "",
        "confirmed_token": token_of(mine) if mine else "",
        "terms": terms,
        "seats": seats,
        "parts": parts,
        "total": total,
        "credited": credited,
        "due": total - credited,
        "deposit": _deposit(terms, total, total - credited, held),
        "now": now(),
        "nav": "courses",
    }
    return render(request, "bookings/book.html", context, status=status)


def _deposit(terms: Terms, total: Decimal, due: Decimal, held: Booking | None) -> Decimal | None:
    """A deposit on `total`, unless a credit leaves no more than that to be paid."""
    deposit = terms.deposit_on(total, held.deposit_percent if held else None)
    return deposit if deposit and deposit < due else None


def closed(request: HttpRequest, session: Session, refusal: DomainError, *, status: int) -> HttpResponse:
    """The page of a date that can't be booked, with the ways on."""
    context = {
        "session": session,
        "course": session.course,
        "refusal": refusal,
        "others": [other for other in other_dates(session) if not why_not_payable(other)],
        "days": days_of(session),
        "nav": "courses",
    }
    return render(request, "bookings/closed.html", context, status=status)
