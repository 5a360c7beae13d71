from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from shared_apps.core.types import JsonObject
from shared_apps.events.bus import DomainEvent, Find, Told
from shared_apps.web.templatetags.muster import day

# What is said of an attendee's guardian, see `CareGiven.added`.
LOOKS_AFTER = {
    "guardian": _("parent or guardian"), "collectors": _("who may collect them"),
    "emergency_phone": _("number for emergencies"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SessionWrittenTo(DomainEvent, name="session.written_to", told=Told(_("Those booked were written to"), "mail")):
    """The office wrote to so many `bookings` of a session."""

    session_id: UUID
    bookings: int


@dataclass(frozen=True, kw_only=True)
class BookingHeld(DomainEvent, name="booking.held", told=Told(_("Seats held"), "hourglass"), by_visitor=True):
    """Seats are held until they are paid for; `by_office` for somebody who has no page in front of them.

    `to_prove`: they cost nothing and wait for the link in an email to their buyer.
    """

    booking_id: UUID
    by_office: bool = False
    to_prove: bool = False


@dataclass(frozen=True, kw_only=True)
class BookingChanged(
    DomainEvent, name="booking.changed", told=Told(_("Changed while held"), "pencil"), by_visitor=True
):
    """The buyer changed a held booking's seats or details; `to_prove` as in `BookingHeld`, with a new address."""

    booking_id: UUID
    seats_before: int
    seats_after: int
    to_prove: bool = False


@dataclass(frozen=True, kw_only=True)
class TermsAccepted(DomainEvent, name="booking.terms_accepted", told=Told(_("Terms accepted"), "file-check")):
    """A version of the booking terms was accepted after it was booked; `how`: see `AcceptedBy`."""

    booking_id: UUID
    number: int
    how: str

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return [str(_("Version %s") % payload.get("number"))]


@dataclass(frozen=True, kw_only=True)
class CareGiven(
    DomainEvent, name="booking.care_given", told=Told(_("Age and guardian said"), "shield-alert"), by_visitor=True
):
    """What a course asks of an attendee's age and of who looks after them was said; `consents`: and agreed to.

    `added` is what of that nobody had said before: "guardian", "collectors", "emergency_phone"; `by_names`: by whoever
    has the link to the names.
    """

    booking_id: UUID
    seat: int
    consents: bool = False
    by_names: bool = False
    added: list[str] = field(default_factory=list)

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        said = [str(_("Seat %s") % payload.get("seat"))]
        if payload.get("by_names"):
            said.append(str(_("By the link to the names")))
        said += [str(LOOKS_AFTER[name]) for name in payload.get("added", ()) if name in LOOKS_AFTER]
        return [*said, str(_("with consent"))] if payload.get("consents") else said


@dataclass(frozen=True, kw_only=True)
class CareNoteRead(DomainEvent, name="booking.care_note_read", told=Told(_("Note on health read"), "eye", "warning")):
    """Somebody who works here opened what was noted of an attendee's health."""

    booking_id: UUID
    seat: int

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return [str(_("Seat %s") % payload.get("seat"))]


@dataclass(frozen=True, kw_only=True)
class HoldExtended(
    DomainEvent, name="booking.hold_extended", told=Told(_("More time to pay"), "hourglass"), by_visitor=True
):
    """The buyer took more time to pay; each hold has that once."""

    booking_id: UUID


@dataclass(frozen=True, kw_only=True)
class BookingConfirmed(DomainEvent, name="booking.confirmed", told=Told(_("Confirmed"), "circle-check", "success")):
    """The seats are the buyer's; `by_office`: by what the office did, so it need not be told."""

    booking_id: UUID
    by_office: bool = False


@dataclass(frozen=True, kw_only=True)
class BookingCompleted(
    DomainEvent, name="booking.completed", told=Told(_("Session over, booking completed"), "circle-check", "success")
):
    """Its session is over."""

    booking_id: UUID


@dataclass(frozen=True, kw_only=True)
class BookingExpired(DomainEvent, name="booking.expired", told=Told(_("Hold ran out"), "timer-off", "warning")):
    """The time of a hold ran out, and its seats are free again."""

    booking_id: UUID


@dataclass(frozen=True, kw_only=True)
class BookingCancelled(DomainEvent, name="booking.cancelled", told=Told(_("Cancelled"), "circle-x", "error")):
    """`by_buyer`: within the policy; else by the office. `refund` in major units, as text.

    `by_hand` is the part of it that people hand over. `for_another_date`: its buyer holds seats on another one instead.
    """

    booking_id: UUID
    by_buyer: bool
    refund: str
    by_hand: str = "0"
    for_another_date: bool = False

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return [] if payload.get("by_buyer") else [_t("By the office")]


@dataclass(frozen=True, kw_only=True)
class BookingTransferred(
    DomainEvent, name="booking.transferred", told=Told(_("Moved to another date"), "calendar-days"), by_visitor=True
):
    """The booking goes on at another session. `number` counts what calendars were told; sums as text, as elsewhere.

    `by_hand` is the part of `refund` that people hand over, `to_pay` is what is due because of it. `known`: where and
    when the former one was for its buyer, who was not told yet that it is elsewhere, as in `SessionMoved`.
    """

    booking_id: UUID
    from_session_id: UUID
    to_session_id: UUID
    by_buyer: bool
    number: int
    refund: str
    by_hand: str = "0"
    to_pay: str = "0"
    known: JsonObject = field(default_factory=dict)

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        dates = [find("from_session_id"), find("to_session_id")]
        named = [f"{date.course}, {day(date.starts_at)}" for date in dates if date]
        return [" → ".join(named), *([] if payload.get("by_buyer") else [_t("By the office")])]


@dataclass(frozen=True, kw_only=True)
class SeatsChanged(
    DomainEvent, name="booking.seats_changed", told=Told(_("Another number of seats"), "armchair"), by_visitor=True
):
    """A booking that stands has more seats or fewer, for the `number`th time; sums as in `BookingTransferred`."""

    booking_id: UUID
    seats_before: int
    seats_after: int
    by_buyer: bool
    number: int
    refund: str
    by_hand: str = "0"
    to_pay: str = "0"

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        seats = _t("%(before)d before, %(after)d now") % {
            "before": payload["seats_before"], "after": payload["seats_after"],
        }  # fmt: skip
        return [seats, *([] if payload.get("by_buyer") else [_t("By the office")])]


@dataclass(frozen=True, kw_only=True)
class LateMoneyReturned(
    DomainEvent,
    name="booking.late_money_returned",
    told=Told(_("Money came too late and goes back"), "undo-2", "warning"),
):
    """Money came when the seats were gone; it goes back by itself."""

    booking_id: UUID


@dataclass(frozen=True, kw_only=True)
class NoteAdded(DomainEvent, name="booking.note_added", told=Told(_("Office note changed"), "notebook-pen")):
    """The office noted something on a booking."""

    booking_id: UUID


@dataclass(frozen=True, kw_only=True)
class AttendeesNamed(
    DomainEvent, name="booking.attendees_named", told=Told(_("Who is coming changed"), "users"), by_visitor=True
):
    """Somebody said who sits on the seats; `seats`: on which of them somebody else sits now, or has another address."""

    booking_id: UUID
    seats: list[int] = field(default_factory=list)

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        seats = payload.get("seats", [])
        return [ngettext("Seat %s", "Seats %s", len(seats)) % ", ".join(map(str, seats))] if seats else []


@dataclass(frozen=True, kw_only=True)
class QuestionsAnswered(
    DomainEvent, name="booking.questions_answered", told=Told(_("Questions answered"), "list-checks"), by_visitor=True
):
    """What their course asks of an attendee was answered, or taken back; `themselves`: by the link that is theirs."""

    booking_id: UUID
    attendee_id: UUID
    themselves: bool = False

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return [_t("By the attendee")] if payload.get("themselves") else []


@dataclass(frozen=True, kw_only=True)
class AttendeeKnown(
    DomainEvent, name="booking.attendee_known", told=Told(_("The office said who somebody is that comes"), "users")
):
    """The office said that whoever sits on `seat` is somebody we know, or is not."""

    booking_id: UUID
    person_id: UUID
    seat: int

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return [_t("Seat %s") % payload["seat"]]


@dataclass(frozen=True, kw_only=True)
class ContactCorrected(
    DomainEvent, name="booking.contact_corrected", told=Told(_("Who booked was corrected"), "pencil")
):
    """The office corrected whom the booking is for, or how they are reached: in these `fields`."""

    booking_id: UUID
    fields: list[str]


def _who_waits(find: Find) -> list[str]:
    entry = find("entry_id")
    return [str(entry.person)] if entry else []


@dataclass(frozen=True, kw_only=True)
class WaitingListJoined(
    DomainEvent, name="waiting_list.joined", told=Told(_("Somebody joined the waiting list"), "hourglass", "info"),
    by_visitor=True,
):  # fmt: skip
    """Somebody waits for seats of a session, which this is about."""

    entry_id: UUID

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return _who_waits(find)


@dataclass(frozen=True, kw_only=True)
class WaitingListLeft(
    DomainEvent, name="waiting_list.left", told=Told(_("Somebody left the waiting list"), "circle-x"), by_visitor=True
):
    """Somebody who waited for seats of a session does so no longer."""

    entry_id: UUID

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return _who_waits(find)


@dataclass(frozen=True, kw_only=True)
class WaitingListMoved(
    DomainEvent, name="waiting_list.moved", told=Told(_("Waiting list put in another order"), "list")
):
    """The office gave somebody who waits another place in line: from `before` to `after`."""

    entry_id: UUID
    before: int
    after: int

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return [*_who_waits(find), _t("from place %(before)s to %(after)s") % payload]


@dataclass(frozen=True, kw_only=True)
class WaitingListRemoved(
    DomainEvent, name="waiting_list.removed", told=Told(_("Taken off the waiting list"), "circle-x", "warning")
):
    """The office took somebody out of the line for a session."""

    entry_id: UUID

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return _who_waits(find)


@dataclass(frozen=True, kw_only=True)
class WaitingListClosed(DomainEvent, name="waiting_list.closed", told=Told(_("Waiting list closed"), "flag")):
    """A session began, or is `called_off` or about to be, and these `entries` wait no longer."""

    entries: list[str]
    called_off: bool = False

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        n = len(payload["entries"])
        return [ngettext("%d person waited", "%d people waited", n) % n]
