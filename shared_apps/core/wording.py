"""What fields answer when a number or a text is out of bounds, in our words rather than the library's."""

from django.core.validators import MaxLengthValidator, MaxValueValidator, MinLengthValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy


def use_our_words() -> None:
    """Forms, and rows that check themselves, say it like this from now on."""
    MinValueValidator.message = _("Enter %(limit_value)s or more.")
    MaxValueValidator.message = _("Enter %(limit_value)s or less.")
    MinLengthValidator.message = ngettext_lazy(
        "Enter at least %(limit_value)d character.", "Enter at least %(limit_value)d characters.", "limit_value"
    )
    MaxLengthValidator.message = ngettext_lazy(
        "Use at most %(limit_value)d character; this has %(show_value)d.",
        "Use at most %(limit_value)d characters; this has %(show_value)d.",
        "limit_value",
    )
