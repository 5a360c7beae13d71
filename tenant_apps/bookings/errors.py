from datetime import date

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from shared_apps.core.errors import DomainError
from shared_apps.web.templatetags.muster import day as day_text
from tenant_apps.people.models import Person


class AlreadyBooked(DomainError):
    code = "already_booked"
    message = _("There is a booking of this session under this email address already.")


class FileNotTaken(DomainError):
    """The provider has no room left for files."""

    code = "file_not_taken"
    message = _("Files can't be taken here at the moment, and nothing was saved. Please get in touch.")


class AddressIsTheirs(DomainError):
    code = "address_is_theirs"

    def __init__(self, person: Person):
        message = _t("%(name)s is one of your students. Change the address on their page.") % {"name": person}
        super().__init__(message, fields={"email": [message]})


class PaidWithOthers(DomainError):
    code = "paid_with_others"
    message = _("This is paid together with other bookings of the same person. Change them all, or book anew.")


class TooManySeats(DomainError):
    code = "too_many_seats"

    def __init__(self, most: int):
        super().__init__(f"At most {most} seats can be booked at once. For a larger group, get in touch.", most=most)


class TotalTooHigh(DomainError):
    code = "total_too_high"
    message = _("That many seats at this price come to more than one booking can hold. Book fewer seats at once.")


class TooManyAttendees(DomainError):
    code = "too_many_attendees"
    message = "There are more names than seats."


class AttendsAlready(DomainError):
    code = "attends_already"
    message = "They sit on another seat of this booking already."


class TooYoung(DomainError):
    """Somebody is not as old on the first day as the course asks; `minimum` in years."""

    code = "too_young"

    def __init__(self, name: str, minimum: int, day: date):
        message = _t("%(name)s is too young: this course is for people of %(n)d or older on %(day)s, its first day.")
        said = message % {"name": name, "n": minimum, "day": day_text(day)}
        super().__init__(said, minimum=minimum, name=name)


class AnsweredThemselves(DomainError):
    """What somebody answered is not open to whoever would change it."""

    code = "answered_themselves"
    message = _("They answered this themselves. Only they and the office change it.")


class ConsentChanged(DomainError):
    """What a guardian agreed to is not the text in force; `current` is the number of that, 0 for the starter text."""

    code = "consent_changed"
    message = _("What guardians agree to has changed. Read it again, then agree to it.")

    def __init__(self, current: int):
        super().__init__(current=current)


class HoldNotOver(DomainError):
    code = "hold_not_over"
    message = "The time to pay for these seats is not over yet."


class HoldExtendedAlready(DomainError):
    code = "hold_extended_already"
    message = "You have taken more time once already. Pay before it ends to keep your seats."


class NotCancellable(DomainError):
    code = "not_cancellable"
    message = "This booking can't be cancelled any more."


class DepositTooLow(DomainError):
    code = "deposit_too_low"

    def __init__(self, percent: int):
        super().__init__(f"A deposit is at least {percent} % here.", least_percentage=percent / 100)


class NobodyToPay(DomainError):
    code = "payment_provider_not_connected"
    message = _("Seats with a price can't be booked online here yet. Ask the office to book for you.")


class NotPayable(DomainError):
    code = "booking_not_payable"
    message = "This booking was cancelled or ran out, so no money can be taken for it. Make a new booking."


class NothingToSend(DomainError):
    code = "nothing_to_send"
    message = _("There is no email for a booking that stands like this, or no address.")


class BookingOver(DomainError):
    code = "booking_over"
    message = "This booking is over or called off, so it can't be changed any more."


class SeatsFree(DomainError):
    code = "not_full"
    message = "There are seats on this session, so nobody has to wait for one. Book it."


class AlreadyWaiting(DomainError):
    code = "already_waiting"
    message = "This person is on the waiting list of this session already."


class NotTransferable(DomainError):
    code = "not_transferable"
    message = _("This booking has ended, or its session is over, so it stays as it is.")


class TransferTooLate(DomainError):
    code = "transfer_too_late"
    message = _(
        "By the terms of this booking it is too late to change the date or the seats here. "
        "Get in touch with the office."
    )


class SameSession(DomainError):
    code = "same_session"
    message = _("This booking is of that date already.")


class MostlyUnpaid(DomainError):
    code = "mostly_unpaid"
    message = _(
        "Too little is paid yet for what that costs. Pay more of this booking first, or get in touch with the office."
    )


class HeldOtherwise(DomainError):
    code = "book_it_instead"
    message = _("That costs nothing, and these seats are not paid yet. Let them go, and book the other date.")


class TooLateForNames(DomainError):
    code = "too_late_for_names"

    def __init__(self, hours: int):
        message = _t("Names could be changed until %(hours)d hours before it starts. Get in touch with the office.")
        super().__init__(message % {"hours": hours})


class AddressStays(DomainError):
    """Who has the link to the names gives no other address to somebody of whom more is known than a name."""

    code = "address_stays"

    def __init__(self, name: str):
        super().__init__(
            _t("Only whoever booked, or the office, can change where %(name)s is written to.") % {"name": name}
        )


class NotInLine(DomainError):
    code = "not_waiting"
    message = _("They are on this waiting list no longer.")


class OfferedAlready(DomainError):
    code = "offered_already"
    message = _("They have an offer already. Wait for their answer, or take them off the list.")


class FewerSeatsFree(DomainError):
    code = "not_enough_seats"

    def __init__(self, left: int):
        if left:
            said = ngettext("Only %d seat is free.", "Only %d seats are free.", left) % left
            message = f"{said} {_t('Offer no more than that, or give the session more seats.')}"
        else:
            message = _t("No seat is free. Give the session more seats, or wait until one comes back.")
        super().__init__(message, spots_left=left)
