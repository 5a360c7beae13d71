from django.utils.translation import gettext_lazy as _

from shared_apps.core.errors import DomainError


class AlreadyInterested(DomainError):
    code = "already_interested"
    message = _("We have noted this already, and write as soon as there is a date.")


class HasDates(DomainError):
    code = "has_dates"
    message = _("There are dates of this course that you can book.")


class NotOnOffer(DomainError):
    code = "not_on_offer"
    message = _("This course is not on offer any more.")
