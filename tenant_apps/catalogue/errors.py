"""What the rules of courses refuse."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shared_apps.core.errors import DomainError


class WeightsOff(DomainError):
    code = "weights_not_100"

    def __init__(self, total: int):
        message = _("The modules' weights add up to %(total)s %%. They must make 100 %%.") % {"total": total}
        super().__init__(message, fields={"modules": [message]}, total=total)


class SlugTaken(DomainError):
    """Another course is at this address, or was, and its old links lead there."""

    code = "slug_taken"

    def __init__(self) -> None:
        message = _("Another course has this address, or had it. Choose another one.")
        super().__init__(message, fields={"slug": [message]})


class NameTaken(DomainError):
    """A category or an audience of this name is in the provider's list, in whatever letters."""

    code = "name_taken"

    def __init__(self, name: str, *, field: str):
        message = _("“%(name)s” is in the list already. Choose it there, or give this one another name.") % {
            "name": name
        }
        super().__init__(message, fields={field: [message]})


class OutOfUse(DomainError):
    code = "course_out_of_use"
    message = gettext_lazy("It is out of use. Take it back into use on its own page first.")
