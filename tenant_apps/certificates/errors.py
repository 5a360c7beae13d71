"""What the rules of certificates refuse."""

from django.utils.translation import gettext_lazy as _

from shared_apps.core.errors import DomainError


class NotEarned(DomainError):
    """Somebody has not done what earns a certificate."""

    code = "not_earned"
    message = _("This was not earned.")


class AlreadyIssued(DomainError):
    code = "already_issued"
    message = _("They have this certificate already.")


class IsRevoked(DomainError):
    code = "already_revoked"
    message = _("This certificate is revoked already.")


class NobodyQualifies(DomainError):
    code = "nobody_qualifies"
    message = _("Nobody has earned a certificate who does not have it yet.")


class NoFile(DomainError):
    code = "nothing_to_pack"
    message = _("There is no certificate to put into a file.")


class WrongWords(DomainError):
    """A text of the settings that can't be used; `fields` says which and why."""

    status = 400
    code = "invalid"
    message = _("Some of these can't be used.")
