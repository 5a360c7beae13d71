from datetime import date, time
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shared_apps.core.errors import DomainError


class SessionFull(DomainError):
    code = "session_full"
    message = "This session is sold out. Another date may have room."


class NotEnoughSeats(SessionFull):
    """Fewer seats are left than were asked for; for programs it is the same refusal."""

    def __init__(self, left: int):
        seats = "Only 1 seat is" if left == 1 else f"Only {left} seats are"
        super().__init__(f"{seats} left on this session. Book fewer, or look at another date.", spots_left=left)


class SessionNotBookable(DomainError):
    code = "session_not_bookable"
    message = "This session takes no bookings."


class SessionStarted(SessionNotBookable):
    code = "session_started"
    message = "This session has begun already. Look at another date."


class SessionEnded(SessionStarted):
    code = "session_ended"
    message = "This session is over. Look at another date."


class SessionMoved(SessionNotBookable):
    code = "session_rescheduled"
    message = "This session was moved to another date. Look at the other dates."


class SessionCancelled(SessionNotBookable):
    code = "session_cancelled"
    message = "This session was cancelled. Look at another date."


class SessionGone(SessionNotBookable):
    code = "session_gone"
    message = "This session is not on the calendar any more. Look at another date."


class PriceOnRequest(SessionNotBookable):
    code = "price_on_request"
    message = "The price of this course is on request. Get in touch to book it."


class InThePast(DomainError):
    code = "session_in_past"
    message = "A session lies in the future. Choose a later date."


class DayBegun(DomainError):
    code = "day_begun"
    message = "A day that has begun already stays as it was. Change the days that are still to come."


class DayInUse(DomainError):
    code = "day_in_use"

    def __init__(self, day: str):
        super().__init__(
            _("Something is written down for %(day)s already, so that day can't be dropped.") % {"day": day}
        )


class ClockChange(DomainError):
    code = "clock_change"

    def __init__(self, day: date, clock: time):
        what = f"The clocks change on {day:%-d %B %Y}, and {clock:%H:%M} is skipped that day or comes twice."
        super().__init__(f"{what} Choose another time.")


class Clash(DomainError):
    """Somebody of the team, the room or the vehicle is elsewhere. `taken` says by what, in sentences, by the field."""

    code = "clash"

    def __init__(self, taken: dict[str, str]):
        message = " ".join([*taken.values(), _("Choose another time, trainer or room.")])
        super().__init__(message, fields={what: [said] for what, said in taken.items()}, what=next(iter(taken)))


class TwiceOnSession(DomainError):
    """Somebody would have two roles at one session. `field`: that of the second one."""

    code = "twice_on_session"

    def __init__(self, field: str, name: str):
        message = _("%s is on this session already. Choose each person once.") % name
        super().__init__(message, fields={field: [message]})


class TeachesNoMore(DomainError):
    """Somebody would be put on a session who does not teach here any more. `gone`: their names, by the field."""

    code = "teaches_no_more"

    def __init__(self, gone: dict[str, list[str]]):
        said = {field: [_("%s does not teach any more.") % name for name in names] for field, names in gone.items()}
        super().__init__(" ".join(text for texts in said.values() for text in texts), fields=said)


class CapacityBelowBooked(DomainError):
    code = "capacity_below_booked"

    def __init__(self, taken: int, offered: int):
        booked = taken - offered
        parts = [ngettext("%d seat is booked", "%d seats are booked", booked) % booked] if booked or not offered else []
        if offered:
            parts.append(ngettext("%d is on offer", "%d are on offer", offered) % offered)
        message = _("%s already. The capacity can't be lower than that.") % _(" and ").join(parts)
        super().__init__(message, fields={"capacity": [message]}, booked=taken)


class SessionOver(DomainError):
    code = "session_over"
    message = "This session is over or was called off, so it can't be changed or called off any more."


class NotBegunYet(DomainError):
    code = "session_not_begun"
    message = "This session has not begun yet."


class TooEarly(DomainError):
    code = "session_too_early"
    message = gettext_lazy("It begins on another day. You can start it on its first day.")


class DraftIsPrivate(DomainError):
    code = "session_is_draft"
    message = gettext_lazy("This is a draft, so only the office sees it. Publish it first.")


class MinimumTooHigh(DomainError):
    code = "minimum_too_high"

    def __init__(self, capacity: int):
        message = _("The session has %d seats. Let it run from as many bookings at most.") % capacity
        super().__init__(message, fields={"minimum": [message]})


class DecidedTooLate(DomainError):
    code = "decided_too_late"
    message = gettext_lazy("It is decided before the session begins. Choose an earlier day, from tomorrow on.")

    def __init__(self) -> None:
        super().__init__(fields={"decide_on": [str(self.message)]})


class NotOverYet(DomainError):
    code = "session_not_over"
    message = "This session is not over yet."


class DayNotBegun(DomainError):
    code = "day_not_begun"
    message = gettext_lazy("Who came can be marked from the morning of that day on.")


class NotOnRegister(DomainError):
    """A mark is of somebody who does not sit at this session."""

    code = "not_on_register"
    message = gettext_lazy("Somebody who was marked is not on the register of this session any more.")


class OfferOver(DomainError):
    code = "offer_over"
    message = "This offer is over: it was answered already, or its time is up."


class OfferNotOver(DomainError):
    code = "offer_not_over"
    message = "This offer still stands."


class RoomInUse(DomainError):
    code = "room_in_use"

    def __init__(self, name: str):
        message = f"“{name}” has sessions in it, past or to come, so it stays in the list."
        super().__init__(message, fields={"rooms": [message]})


class IsPrivate(DomainError):
    code = "session_is_private"
    message = gettext_lazy("It is private: change on its own page who sees it.")


class ThereAlready(DomainError):
    """Of a course, sessions begin at some of these times already."""

    code = "sessions_there_already"

    def __init__(self, days: str):
        super().__init__(
            _("There are sessions of this course at these times already: %(days)s. Nothing is on the calendar yet.")
            % {"days": days}
        )


class SomeCantBe(DomainError):
    """Of several sessions some can't be. `refused` says why, by their places among the plans."""

    code = "some_sessions_cant_be"

    def __init__(self, refused: dict[int, str]):
        self.refused = refused
        super().__init__(
            _("Some of these dates can't be. Nothing is on the calendar yet."), refused=list(refused.values())
        )


class BookedMeanwhile(DomainError):
    code = "booked_meanwhile"
    message = gettext_lazy(
        "Somebody booked one of them meanwhile, or something was added to it, so they stay on the calendar."
    )


class NotJustMade(DomainError):
    code = "not_just_made"
    message = gettext_lazy(
        "Only dates that are ahead and were put on the calendar within the last hour can be taken off it like this. "
        "Cancel the others instead."
    )


class SomeCantFollow(DomainError):
    """Of the sessions of a series some can't be changed so. `refused` says why, by their keys."""

    code = "some_sessions_cant_follow"

    def __init__(self, refused: dict[UUID, str]):
        self.refused = refused
        super().__init__(_("Some of these dates can't follow. Nothing is changed yet."), refused=list(refused.values()))


class NothingFollows(DomainError):
    code = "nothing_follows"
    message = gettext_lazy("Nothing of this series lies ahead from that date on.")
