"""What the rules of questions refuse."""

from django.utils.translation import gettext_lazy as _

from shared_apps.core.errors import DomainError
from tenant_apps.questions.models import MOST_QUESTIONS


class TooManyQuestions(DomainError):
    code = "too_many_questions"
    message = _("A course asks %d questions at most. Ask one of the others no longer first.")

    def __init__(self) -> None:
        super().__init__(str(self.message) % MOST_QUESTIONS)


class KindStays(DomainError):
    """Answers that were given would not fit any more."""

    code = "kind_stays"
    message = _("It has been answered, so how it is answered stays. Ask it no longer, and ask another one.")

    def __init__(self) -> None:
        super().__init__(fields={"kind": [str(self.message)]})
