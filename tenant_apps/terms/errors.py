from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shared_apps.core.errors import DomainError


class NothingToPublish(DomainError):
    code = "nothing_to_publish"
    message = _("There is no draft to be published.")


class NothingNew(DomainError):
    code = "nothing_new"
    message = _("The draft says what the version in force says. There is nothing to publish.")


class DraftThere(DomainError):
    code = "draft_there"
    message = _("There is a draft already. Go on with it, or discard it first.")


class TermsChanged(DomainError):
    """Somebody agreed to a version that is not the one in force; `current` is the number of that."""

    code = "terms_changed"

    def __init__(self, current: int):
        message = _t("The booking terms have changed: version %d is in force now. Read it, then accept it.") % current
        super().__init__(message, current=current)


class TermsNotAccepted(DomainError):
    """A page that asks for it was sent without."""

    code = "terms_not_accepted"
    message = _("Accept the booking terms.")


class NoTerms(DomainError):
    """There is nothing in force that could be accepted."""

    status = 400
    code = "no_terms"
    message = _("There are no terms to be accepted.")

    def __init__(self, field: str = "accepted_terms_version"):
        super().__init__(fields={field: [str(self.message)]})
