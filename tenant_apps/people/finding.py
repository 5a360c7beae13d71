"""Finding people by what one hears on the telephone: a part of a name, an address, a number however it is written."""

import re
from typing import Any

from django.db.models import CharField, F, Func, Q
from django.db.models.lookups import Contains

LEAST_DIGITS = 6
TELLING_DIGITS = 9  # what is left of a number without its country and its leading nought


class Digits(Func):
    """A text's digits alone."""

    function = "regexp_replace"
    template = r"%(function)s(%(expressions)s, '\D', '', 'g')"
    output_field = CharField()


def number_in(text: str) -> str:
    """The telling digits of `text` if it is a telephone number, else ""."""
    digits = re.sub(r"[\s()./+-]", "", text)
    return digits[-TELLING_DIGITS:] if digits.isdecimal() and len(digits) >= LEAST_DIGITS else ""


def has_number(field: str, number: str) -> Any:
    """The condition that the telephone number in `field` has these digits, whatever stands between them."""
    return Q(Contains(Digits(F(field)), number))


def like(text: str, at: str = "") -> Q:
    """People in whose name, email or phone every word of `text` occurs; `at` leads to the person, as `person__`."""
    if number := number_in(text):
        return has_number(f"{at}phone", number)
    where = Q()
    for word in text.split():
        where &= (
            Q(**{f"{at}name__icontains": word})
            | Q(**{f"{at}email__icontains": word})
            | Q(**{f"{at}phone__icontains": word})
        )
    return where
