from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from shared_apps.core.errors import DomainError
from tenant_apps.people.models import Person


class PersonExists(DomainError):
    """`person` is who has the address."""

    code = "person_exists"

    def __init__(self, person: "Person"):
        message = _("%(name)s has this email address already.") % {"name": person}
        if not person.active:
            message += " " + _("They are inactive: make them active again.")
        super().__init__(message, fields={"email": [message]})


class SomebodyElses(DomainError):
    """An address was typed with another name than `person` has, whose it is."""

    code = "address_of_another"

    def __init__(self, person: "Person"):
        message = _(
            "%(name)s has this email address. Choose them if they are who books, or leave the address empty."
        ) % {"name": person}
        super().__init__(message, fields={"email": [message]})


class NeedsAnAddress(DomainError):
    code = "needs_an_address"
    message = _lazy("They sign in with their email address, so it can be changed but not taken away.")

    def __init__(self) -> None:
        super().__init__(fields={"email": [str(self.message)]})


class LinkOutdated(DomainError):
    status = 404
    code = "link_outdated"
    message = _lazy("This link is not for your account, or is too old, or the address was changed again since.")


class RoleAboveOwn(DomainError):
    code = "role_above_own"
    message = "That is more than you may do yourself. Ask an owner."


class OwnRoles(DomainError):
    code = "own_roles"
    message = "Somebody else has to change what you may do."


class LastOwner(DomainError):
    code = "last_owner"
    message = "There has to be an owner. Make somebody else one first."


class WorksHereAlready(DomainError):
    code = "works_here_already"
    message = "Somebody with this email address is in the list already."

    def __init__(self) -> None:
        super().__init__(fields={"email": [self.message]})


class SignsInAlready(DomainError):
    code = "signs_in_already"
    message = "They have a password already, or may not sign in."


class NowhereToInvite(DomainError):
    code = "nowhere_to_invite"
    message = _lazy("There is no email address that an invitation could go to. Enter one first.")


class CannotErase(DomainError):
    code = "cannot_erase"

    def __init__(self, said: list[str]):
        super().__init__(_("Something is still open with them: %s. Then they can be erased.") % ", ".join(said))


class WorksHere(DomainError):
    code = "works_here"
    message = _lazy("They work here. Take their access away first, and take them off the site.")


class SamePerson(DomainError):
    code = "same_person"
    message = _lazy("These are one record already.")


class BothSignIn(DomainError):
    code = "both_sign_in"
    message = _lazy(
        "Both have an account of their own, so they can't be joined here. If they are one person, they add the address "
        "of the one account to the other."
    )


class BothTeach(DomainError):
    code = "both_teach"
    message = _lazy("Both are trainers, with sessions of their own, so they can't be joined.")


class CannotPart(DomainError):
    code = "cannot_part"
    message = _lazy("This can't be taken back any more: the records were changed since.")


class NoSuchAccount(DomainError):
    code = "no_such_account"
    message = _lazy("Nobody has an account here with this address, or has confirmed it.")

    def __init__(self) -> None:
        super().__init__(fields={"email": [str(self.message)]})


class IsThemselves(DomainError):
    code = "is_themselves"
    message = _lazy("This is their own account.")

    def __init__(self) -> None:
        super().__init__(fields={"email": [str(self.message)]})
