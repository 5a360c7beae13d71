import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class LettersAndDigitsValidator:
    """A password has at least one letter and one digit."""

    def validate(self, password: str, user: object = None) -> None:
        if not (re.search(r"[^\W\d_]", password) and re.search(r"\d", password)):
            raise ValidationError(self.get_help_text(), code="password_needs_letters_and_digits")

    def get_help_text(self) -> str:
        return _("Use at least one letter and one digit.")
