"""Refusals. A service raises a `DomainError`; each kind of door turns it into its own answer."""

import math

from django.utils.translation import gettext_lazy as _

from shared_apps.core.types import Words


class DomainError(Exception):
    """The rules refuse what was asked. Nothing was written.

    `code` is for programs, `message` is a sentence for the person, `extra` is added to the API's
    problem details, `fields` maps field names to what is wrong with them. `status` is HTTP's.
    """

    status = 409

    code = "refused"
    message: Words = _("That is not possible.")

    def __init__(self, message: Words | None = None, *, fields: dict[str, list[str]] | None = None, **extra: object):
        self.message = message or self.message
        self.fields = fields or {}
        self.extra = extra
        super().__init__(self.message)


class IllegalMove(DomainError):
    """The state table has no such move."""

    code = "illegal_move"
    message = _("This can't be done any more: its status has changed.")

    def __init__(self, message: Words | None = None, *, before: str, after: str):
        super().__init__(message)
        self.extra = {"from": before, "to": after}


class MayNotMove(DomainError):
    """There is such a move, and it is for others to make."""

    status = 403
    code = "may_not_move"

    def __init__(self, message: Words, *, before: str, after: str):
        super().__init__(message)
        self.extra = {"from": before, "to": after}


class TooOften(DomainError):
    """Somebody asked too often for what is dear to make; `wait` is in seconds."""

    status = 429
    code = "too_many_requests"

    def __init__(self, wait: float):
        self.wait = max(1, math.ceil(wait))
        super().__init__(_("There were many requests from you in a short time. Wait a little, then try again."))


class MovedMeanwhile(DomainError):
    """Another request moved the row first."""

    code = "moved_meanwhile"
    message = _("Somebody changed this a moment ago. Look again, then retry.")


class NotOffered(DomainError):
    """The API has a name for this, and this site does not do it (yet)."""

    status = 404
    code = "not_offered"
    message = _("This is not offered here.")


class ForeignTenant(Exception):
    """A row of one tenant was about to be written in another. Always a bug; never shown to a user."""
