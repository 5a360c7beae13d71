"""What is said of a booking besides its seats and its money: who comes, what they ask for, what the office notes."""

from collections.abc import Sequence
from typing import TypedDict
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from shared_apps.accounts.models import User
from shared_apps.core.errors import MovedMeanwhile
from shared_apps.core.locking import lock_row
from shared_apps.events.bus import emit
from tenant_apps.bookings.answer_readers import Reader
from tenant_apps.bookings.answers import AnswersGiven, answer_for_seats
from tenant_apps.bookings.attendees import write_attendees
from tenant_apps.bookings.claims import claims_follow
from tenant_apps.bookings.errors import (
    AddressIsTheirs,
    AddressStays,
    AlreadyBooked,
    BookingOver,
    PaidWithOthers,
    TooLateForNames,
)
from tenant_apps.bookings.events import AttendeesNamed, BookingChanged, ContactCorrected, NoteAdded, QuestionsAnswered
from tenant_apps.bookings.models import STANDING, Attendee, Booking
from tenant_apps.bookings.name_times import may_be_named
from tenant_apps.bookings.selectors import paid_with
from tenant_apps.people.identity import find_person, forget_address, join_mistyped, same_name
from tenant_apps.people.models import Person
from tenant_apps.people.services import correct_email, has_only_an_address, is_only_a_buyer
from tenant_apps.terms.models import BookingTerms


class Answers(TypedDict, total=False):
    """What a buyer answers besides who they are."""

    company: str
    special_requests: str


class BookingDetails(Answers, total=False):
    """Booking's own fields about its buyer, as given with it."""

    contact_name: str
    contact_email: str
    contact_phone: str


@transaction.atomic
def name_attendees(
    booking: Booking, *, attendees: Sequence[dict[str, str]], reader: Reader = Reader.BUYER, by: User | None = None
) -> Booking:  # fmt: skip
    """Put `attendees`, as `{name, email}`, on the seats, in order; a name that stays keeps its row and who it is, and
    its email unless another one is given. `reader` is whoever does that: the buyer, or who has the link to the names.

    `seat` is where a page showed them. Raises `BookingOver`, `TooLateForNames`, `TooManyAttendees`, `AddressStays`.
    """
    booking = _to_change(booking)
    if reader == Reader.NAMER:
        _keep_addresses(booking, attendees)
    _name(booking, attendees, by=by, by_office=False)
    return booking


@transaction.atomic
def set_details(
    booking: Booking, *, by: User | None, special_requests: str | None = None,
    attendees: Sequence[dict[str, str]] | None = None, answers: Sequence[AnswersGiven] = (), by_office: bool = False,
) -> Booking:  # fmt: skip
    """Other requests or other names on a booking, until its session begins; None leaves as it is.

    `answers` of those who are named, to their questions, in the same order. The office may until the session is over.

    Buyers may change names until some hours before, which the terms say. Raises `BookingOver`, `TooLateForNames`,
    `TooManyAttendees`, `AnsweredThemselves`.
    """
    booking = _to_change(booking, by_office=by_office)
    if special_requests is not None and special_requests != booking.special_requests:
        booking.special_requests = special_requests
        booking.save(update_fields=["special_requests"])
        emit(
            BookingChanged(booking_id=booking.pk, seats_before=booking.seats, seats_after=booking.seats),
            by=by, subject=booking,
        )  # fmt: skip
    if attendees is not None:
        _name(booking, attendees, by=by, by_office=by_office)
        reader = Reader.ALL if by_office else Reader.BUYER
        for attendee in answer_for_seats(booking, answers, reader=reader):
            emit(QuestionsAnswered(booking_id=booking.pk, attendee_id=attendee.pk), by=by, subject=booking)
    return booking


@transaction.atomic
def change_attendee(
    attendee: Attendee, *, by: User | None, name: str | None = None, email: str | None = None, by_office: bool = False,
    same_person: bool = False,
) -> Booking:  # fmt: skip
    """Somebody else comes in the place of `attendee`, or they are written to otherwise; None stays.

    Of somebody else the former one's address is forgotten, and what was marked of days past stays with the former one.
    With `same_person` the office puts their name right: then all that is known of them stays.
    Raises `BookingOver`, `TooLateForNames`, `MovedMeanwhile` when they have no seat any more.
    """
    booking = _to_change(attendee.booking, by_office=by_office)
    rows = list(booking.attendees.all())
    seats = [{"name": row.name, "email": row.email, "seat": str(row.position)} for row in rows]
    given = next((seat for seat, row in zip(seats, rows, strict=True) if row.pk == attendee.pk), None)
    if given is None:
        raise MovedMeanwhile
    stays = same_person and by_office
    if name is not None and stays:
        given |= {"name": name, "same": str(attendee.pk)}
    elif name is not None:
        given |= {"name": name, "email": given["email"] if same_name(name, given["name"]) else ""}
    if email is not None:
        given["email"] = email
    _name(booking, seats, by=by, by_office=by_office)
    return booking


def _keep_addresses(booking: Booking, attendees: Sequence[dict[str, str]]) -> None:
    """An address opens what was answered, which is not for who has the link to the names: it is given but once, and
    before anything is answered. Whoever comes in the place of somebody else has answered nothing."""
    for row in booking.attendees.prefetch_related("answers"):
        for given in attendees:
            email = given.get("email", "").lower()
            is_another = same_name(row.name, given["name"]) and email not in ("", row.email.lower())
            if is_another and (row.email or row.answers.all()):
                raise AddressStays(row.name)


def _name(booking: Booking, attendees: Sequence[dict[str, str]], *, by: User | None, by_office: bool) -> None:
    if seats := write_attendees(booking, attendees, by_office=by_office):
        if not by_office and not may_be_named(booking):
            raise TooLateForNames(BookingTerms.objects.load().names_until_hours)
        emit(AttendeesNamed(booking_id=booking.pk, seats=seats), by=by, subject=booking)


@transaction.atomic
def correct_contact(
    booking: Booking, *, by: User | None, email: str | None = None, all_theirs: bool = False, **details: str
) -> Booking:
    """The office corrects `contact_name`, `contact_phone`, `company`, or the address a stranger mistyped.

    Who is known by what they booked alone gets the name, the phone and the `email` as well, unless somebody else has
    that address: then the booking is theirs, and with `all_theirs` whatever was booked under the former one, since the
    two are one person. Raises `AddressIsTheirs`, `AlreadyBooked`.
    """
    lock_all_on_order(booking)
    booking = lock_row(Booking.objects.select_related("buyer", "order"), booking.pk)
    changed = [name for name, value in details.items() if getattr(booking, name) != value]
    for name in changed:
        setattr(booking, name, details[name])
    buyer = booking.buyer
    if is_only_a_buyer(buyer):
        buyer.name, buyer.phone = booking.contact_name, booking.contact_phone
        buyer.save(update_fields=["name", "phone"])
    if email is not None and email.lower() != buyer.email.lower():
        _give_address(booking, email.lower(), all_theirs=all_theirs, by=by)
        changed.append("email")
    if changed:
        _save(booking)
        if booking.buyer != buyer:
            claims_follow([booking])
        emit(ContactCorrected(booking_id=booking.pk, fields=sorted(changed)), by=by, subject=booking)
    return booking


def _give_address(booking: Booking, email: str, *, all_theirs: bool, by: User | None) -> None:
    buyer = booking.buyer
    if not has_only_an_address(buyer):
        raise AddressIsTheirs(buyer)
    known = find_person(email)
    if known is not None and Booking.objects.live().filter(session=booking.session_id, buyer=known).exists():
        raise AlreadyBooked
    if known is not None and not all_theirs and any(other.stands for other in paid_with(booking)):
        raise PaidWithOthers
    if known is None:
        correct_email(buyer, email, by=by)
    else:
        theirs = Booking.objects.filter(buyer=buyer) if all_theirs else Booking.objects.filter(pk=booking.pk)
        hand_over_ended(booking, to=known)
        call_links_in(theirs, before=buyer.email, email=email)
        if all_theirs:
            others = theirs.exclude(pk=booking.pk)
            for other in others:
                emit(ContactCorrected(booking_id=other.pk, fields=["email"]), by=by, subject=other)
            join_mistyped(buyer, known, by=by)
        Attendee.everybody.filter(booking=booking, person=buyer).update(person=known)
        booking.buyer = known
        if booking.order:
            booking.order.buyer = known
            booking.order.save(update_fields=["buyer"])
    booking.refresh_from_db(fields=["link_number"])
    # One may be known by a further address of an account: whoever calls gives the one they read.
    booking.contact_email = email if known is not None and known.email.lower() != email else ""


def lock_all_on_order(booking: Booking) -> None:
    """Lock `booking` and whatever else is on its order: in the order in which everybody does."""
    list(Booking.objects.on_the_order_of(booking).select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def hand_over_ended(booking: Booking, *, to: Person) -> None:
    """`booking` is `to`'s from now on, and so is its order: what has ended on that goes along, and its links end.

    Else whoever has these would see what somebody else pays.
    """
    if booking.order_id is not None:
        ended = Booking.objects.filter(order=booking.order_id).exclude(pk=booking.pk).exclude(status__in=STANDING)
        ended.update(buyer=to, contact_email="", link_number=F("link_number") + 1)


def lock_buyer_of(pk: UUID) -> None:
    """Whoever corrects bookings of one buyer at the same moment does so one after the other."""
    buyer = Booking.objects.filter(pk=pk).values("buyer")
    Person.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=buyer).first()


def call_links_in(bookings: QuerySet[Booking], *, before: str, email: str) -> None:
    """The address of their buyer is `email`: what went to `before` went to somebody else, and so did the links."""
    found = list(bookings.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    rows = Attendee.everybody.filter(booking__in=found, email__iexact=before)
    forget_address(before, people=rows.values("person"))
    rows.update(email=email)
    Booking.objects.filter(pk__in=found, contact_email__iexact=before).update(contact_email="")
    Booking.objects.filter(pk__in=found).update(link_number=F("link_number") + 1)


def _save(booking: Booking) -> None:
    try:
        with transaction.atomic():
            booking.save()
    except IntegrityError as error:  # they booked this session at the same moment
        raise AlreadyBooked from error


def _to_change(booking: Booking, *, by_office: bool = False) -> Booking:
    """`booking`, locked. Raises `BookingOver` when what is said of it can't be changed any more."""
    booking = lock_row(Booking.objects.select_related("session"), booking.pk)
    if not booking.may_be_changed(by_office=by_office):
        raise BookingOver
    return booking


@transaction.atomic
def set_internal_notes(booking: Booking, *, notes: str, by: User | None) -> Booking:
    """Replace the office's own notes on a booking."""
    booking.internal_notes = notes
    booking.save(update_fields=["internal_notes"])
    emit(NoteAdded(booking_id=booking.pk), by=by, subject=booking)
    return booking
