"""The kinds of notices about bookings: what they are called, what they may say, and how they go."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from shared_apps.core.types import Words
from shared_apps.web.templatetags.muster import clock, day, money
from tenant_apps.bookings.models import Booking
from tenant_apps.catalogue.models import Course
from tenant_apps.messaging.kinds import EMAIL, Audience, Context, Kind, Variable, add_kinds
from tenant_apps.messaging.models.notices import Priority
from tenant_apps.payments.models import Payment, Refund
from tenant_apps.scheduling.models import Offer, Session

FACTS = "bookings/messages/_facts"


def _session(context: Context) -> Session:
    session = context["session"]
    assert isinstance(session, Session)
    return session


def _booking(context: Context) -> Booking:
    booking = context["booking"]
    assert isinstance(booking, Booking)
    return booking


def _course(context: Context) -> str:
    course = context["course"]
    assert isinstance(course, Course)
    return course.title


def _amount(context: Context) -> str:
    """The sum that a notice is about: of a refund, a payment, or what it says itself."""
    for name in ("refund", "payment"):
        row = context.get(name)
        if isinstance(row, Refund):
            return money(row.amount, row.payment.currency)
        if isinstance(row, Payment):
            return money(row.amount, row.currency)
        if isinstance(row, Decimal):
            return money(row)
    amount = context.get("amount")
    return money(amount) if isinstance(amount, Decimal) else ""


def _seats(context: Context) -> str:
    offer = context.get("offer")
    return str(offer.seats if isinstance(offer, Offer) else _booking(context).seats)


def _link(name: str) -> Variable:
    return Variable("link", _("the link to its page"), "https://example.org/b/7QK2", lambda context: str(context[name]))


COURSE = (
    Variable("course", _("name of the course"), "Gas safety refresher", _course),
    Variable("day", _("the first day"), "Mon 7 Dec 2026", lambda context: day(_session(context).starts_at)),
    Variable("time", _("when it begins"), "09:00", lambda context: clock(_session(context).starts_at)),
    Variable("where", _("the place"), "Bristol centre, room 2", lambda context: str(context["where"])),
)
NAME = Variable("name", _("who booked; empty until they proved their address"), "Ada Byron",
                lambda context: str(context["name"]), may_lack=True)  # fmt: skip
REFERENCE = Variable("reference", _("the booking's reference"), "7QK2-MWRA", lambda found: _booking(found).reference)
SEATS = Variable("seats", _("how many seats"), "2", _seats)
AMOUNT = Variable("amount", _("the sum"), "£120.00", _amount)
BOOKING = (NAME, *COURSE, REFERENCE, SEATS, _link("url"))
OFFICE = (NAME, *COURSE, REFERENCE, SEATS, _link("office_url"))


WAITS_FOR = Variable("seats", _("how many seats"), "2", lambda context: str(context["seats"]))
POSITION = Variable("position", _("the place in line"), "3", lambda context: str(context["position"]))
WAITING = (NAME, *COURSE, WAITS_FOR, _link("url"))


def _to_buyer(
    name: str, label: Words, short: Words, *variables: Variable, link: str = "", urgent: bool = False
) -> Kind:
    known = (*BOOKING[:-1], _link(link)) if link else BOOKING
    return Kind(
        f"bookings/{name}", label, Audience.BUYER, short, (*known, *variables), details=FACTS,
        action=_("See my booking"), priority=Priority.URGENT if urgent else Priority.NORMAL,
        module=__name__,
    )  # fmt: skip


def _to_office(name: str, label: Words, short: Words, *variables: Variable, low: bool = False) -> Kind:
    return Kind(
        f"bookings/office_{name}", label, Audience.OFFICE, short, (*OFFICE, *variables), essential=False,
        fallback=(EMAIL,), priority=Priority.LOW if low else Priority.NORMAL, module=__name__,
        action=_("See the booking"),
    )  # fmt: skip


add_kinds([
    _to_buyer(
        "received", _("Seats are held"), _("Your seats on {{ course }}, {{ day }}, are held. Pay to keep them."),
        link="pay_url",
    ),
    _to_buyer(
        "prove", _("Confirm free seats"), _("Confirm your seats on {{ course }}, {{ day }}."), link="prove_url"
    ),
    _to_buyer("link", _("The link to a booking"), _("The link to your booking {{ reference }}.")),
    _to_buyer("confirmed", _("Booking confirmed"), _("Booked: {{ course }}, {{ day }} at {{ time }}, {{ where }}.")),
    _to_buyer("receipt", _("Receipt"), _("We received {{ amount }} for {{ course }}."), AMOUNT),
    _to_buyer(
        "taken_back", _("A receipt was a mistake"), _("We wrote that we received {{ amount }}. That was a mistake."),
        AMOUNT,
    ),
    _to_buyer(
        "payment_failed", _("Payment did not go through"),
        _("Your payment for {{ course }} did not go through. Try again."), AMOUNT, link="pay_url",
    ),
    _to_buyer("expired", _("Held seats ran out"), _("Your seats on {{ course }} went back on sale.")),
    _to_buyer(
        "cancelled", _("Booking cancelled"), _("{{ course }} on {{ day }} is cancelled for you."), urgent=True
    ),
    _to_buyer(
        "moved", _("Date or place changed"),
        _("{{ course }} has changed: now {{ day }} at {{ time }}, {{ where }}."), urgent=True,
    ),
    _to_buyer(
        "transferred", _("Moved to another date"), _("Your booking is now for {{ course }}, {{ day }} at {{ time }}."),
        urgent=True,
    ),
    _to_buyer("seats_changed", _("Another number of seats"), _("{{ course }}, {{ day }}: you have {{ seats }} seats.")),
    _to_buyer(
        "name_missing", _("Names are missing"), _("Tell us who is coming to {{ course }}, {{ day }}."), link="names_url"
    ),
    _to_buyer(
        "answers_missing", _("Answers are missing"),
        _("Please answer the questions about {{ course }}, {{ day }}."), link="names_url",
    ),
    _to_buyer(
        "care_added", _("Somebody was added to look after a child"),
        _("{{ course }}, {{ day }}: somebody was added by the link to the names. See whether that is right."),
        link="care_url",
    ),
    Kind(
        "bookings/attending_answers", _("Attendees are asked for answers"), Audience.ATTENDEE,
        _("Please answer the questions about {{ course }}, {{ day }}."), (*COURSE, _link("answers_url")),
        details=FACTS, fallback=(), action=_("Answer the questions"), module=__name__,
    ),
    _to_buyer("refunded", _("Refund sent"), _("{{ amount }} is on its way back to you."), AMOUNT),
    _to_buyer(
        "refund_failed", _("Refund did not go through"), _("Your refund of {{ amount }} did not go through."), AMOUNT
    ),
    _to_buyer(
        "late_money", _("Payment came too late"),
        _("Your payment for {{ course }} came too late and goes back to you."),
    ),
    Kind(
        "bookings/attending", _("Joining details for attendees"), Audience.ATTENDEE,
        _("You have a seat: {{ course }}, {{ day }} at {{ time }}, {{ where }}."), COURSE, details=FACTS, fallback=(),
        module=__name__,
    ),
    Kind(
        "bookings/attending_cancelled", _("Attendees need not come"), Audience.ATTENDEE,
        _("You need not come: {{ course }}, {{ day }}."), COURSE, fallback=(), module=__name__,
    ),
    Kind(
        "bookings/attending_replaced", _("Somebody else comes"), Audience.ATTENDEE,
        _("You need not come: {{ course }}, {{ day }}."), COURSE, fallback=(), module=__name__,
    ),
    Kind(
        "bookings/offer", _("A seat is free"), Audience.BUYER,
        _("A seat on {{ course }}, {{ day }}, is free for you."), (*COURSE, SEATS, _link("offer_url")),
        priority=Priority.URGENT, action=_("Take the seat"), module=__name__,
    ),
    Kind(
        "bookings/waiting_join", _("Confirm a place on a waiting list"), Audience.BUYER,
        _("Confirm that you want to wait for seats on {{ course }}, {{ day }}."),
        (*COURSE, WAITS_FOR, _link("join_url")), fallback=(), action=_("Join the waiting list"), module=__name__,
    ),
    Kind(
        "bookings/waiting", _("On the waiting list"), Audience.BUYER,
        _("You are on the waiting list for {{ course }}, {{ day }}. Your place: {{ position }}."), (*WAITING, POSITION),
        fallback=(EMAIL,), action=_("See my place"), module=__name__,
    ),
    Kind(
        "bookings/waiting_moved", _("A date that somebody waits for was moved"), Audience.BUYER,
        _("{{ course }}, for which you wait, is on {{ day }} at {{ time }} now: {{ where }}."), WAITING,
        fallback=(EMAIL,), action=_("See my place, or leave"), module=__name__,
    ),
    Kind(
        "bookings/waiting_over", _("No longer on the waiting list"), Audience.BUYER,
        _("You no longer wait for seats on {{ course }}, {{ day }}."), WAITING, fallback=(EMAIL,),
        action=_("See the dates"), module=__name__,
    ),
    _to_office("confirmed", _("New booking"), _("{{ name }} booked {{ course }}, {{ day }}."), low=True),
    _to_office("cancelled", _("Customer cancelled"), _("{{ name }} cancelled {{ course }}, {{ day }}.")),
    _to_office("transferred", _("Customer changed a booking"), _("{{ name }} changed: {{ course }}, {{ day }}.")),
    _to_office(
        "refund_by_hand", _("Money to hand back"), _("{{ amount }} is to be handed back to {{ name }}."), AMOUNT
    ),
    _to_office("refund_failed", _("A refund failed"), _("The refund of {{ amount }} to {{ name }} failed."), AMOUNT),
    _to_office(
        "wrong_amount", _("A wrong amount arrived"), _("{{ name }} paid another sum than {{ amount }}."), AMOUNT
    ),
    _to_office("disputed", _("A payment is disputed"), _("{{ name }} disputes {{ amount }} at the bank."), AMOUNT),
    _to_office(
        "dispute_closed", _("A dispute is over"), _("The bank decided about {{ amount }} of {{ name }}."), AMOUNT
    ),
    _to_office(
        "payment_refused", _("A card payment was refused"),
        _("The card payment of {{ name }} for {{ course }} was refused."), AMOUNT,
    ),
    Kind(
        "bookings/office_offer", _("Call somebody who waits"), Audience.OFFICE,
        _("A seat on {{ course }}, {{ day }}, came back. Who waits has no email address: call them."),
        (*COURSE, SEATS, _link("office_url")), essential=False, fallback=(EMAIL,), module=__name__,
    ),
])  # fmt: skip
