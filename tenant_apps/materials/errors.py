"""What the rules of materials refuse."""

from django.utils.translation import gettext_lazy as _

from shared_apps.core.errors import DomainError
from shared_apps.core.types import Words
from tenant_apps.materials.models import MOST_OF_ONE


class NotAcceptable(DomainError):
    """A file or an address that is not taken; `field` is which of them."""

    status = 400
    code = "not_acceptable"

    def __init__(self, text: str, *, field: str):
        super().__init__(text, fields={field: [text]})


class WrongTimes(DomainError):
    """When people would see it can't be so; `field` says where the fault is."""

    status = 400
    code = "wrong_times"

    def __init__(self, text: Words, *, field: str):
        super().__init__(text, fields={field: [str(text)]})


class TooMany(DomainError):
    code = "too_many_materials"
    message = _("There are %d already. Remove some, then add more.") % MOST_OF_ONE


class RemovedMeanwhile(DomainError):
    code = "removed_meanwhile"
    message = _("Somebody removed it a moment ago.")


class GoneForGood(DomainError):
    code = "gone_for_good"
    message = _("It was removed too long ago to be brought back. Add it again.")
