"""What a text may hold that everybody reads."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shared_apps.core.lines import TURNS, validate_no_link


def validate_text(text: str) -> None:
    """Refuse web addresses and marks that nobody sees."""
    validate_no_link(text)
    if TURNS.search(text) or "\x00" in text:
        raise ValidationError(_("Use ordinary letters."), code="letters")
