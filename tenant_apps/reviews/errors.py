"""What the rules of reviews refuse."""

from django.utils.translation import gettext_lazy as _

from shared_apps.core.errors import DomainError


class NotOverYet(DomainError):
    code = "not_over_yet"
    message = _("Say how it was once it is over.")


class DidNotAttend(DomainError):
    code = "did_not_attend"
    message = _("Only those who came can say how it was.")


class NotAnAttendee(DomainError):
    """Whoever asks booked for others, and had no seat."""

    code = "not_an_attendee"
    message = _("This booking has no seat of yours. Those who came can say how it was.")


class ReviewClosed(DomainError):
    code = "review_closed"
    message = _("This can't be written or changed any more: too much time has passed.")


class NoTrainer(DomainError):
    status = 400
    code = "no_trainer"
    message = _("No trainer is known for this session.")

    def __init__(self) -> None:
        super().__init__(fields={"trainer_rating": [str(self.message)]})


class AlreadyHidden(DomainError):
    code = "already_hidden"
    message = _("This review is hidden already.")
