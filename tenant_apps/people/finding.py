"""Finding people by what one hears on the telephone: a part of a name, an address, a number however it is written."""

import re

from django.db.models import CharField, F, Func, Q
from django.db.models.lookups import Contains

LEAST_DIGITS = 6
LEAST_LETTERS = 4
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


def has_number(field: str, number: str) -> Q:
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


def one_letter_off(word: str) -> str:
    """A regular expression for words that begin like `word` with one letter wrong, missing, too many or swapped.

    It is "" for words shorter than `LEAST_LETTERS`, or with other signs than letters: too much would be like them.
    """
    if len(word) < LEAST_LETTERS or not word.isalpha():
        return ""
    ends = range(len(word))
    wrong = {f"{word[:at]}.{word[at + 1 :]}" for at in ends}
    missing = {f"{word[:at]}.{word[at:]}" for at in ends}
    too_many = {word[:at] + word[at + 1 :] for at in ends}
    swapped = {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in ends[:-1]}
    return rf"\m({'|'.join(sorted(wrong | missing | too_many | swapped))})"


def nearly(text: str, *fields: str) -> Q | None:
    """Rows in whose `fields` every word of `text` occurs but for one letter; None if no word can be meant otherwise."""
    patterns = [one_letter_off(word) for word in text.split()]
    if not patterns or not all(patterns):
        return None
    where = Q()
    for pattern in patterns:
        where &= Q(*[(f"{field}__iregex", pattern) for field in fields], _connector=Q.OR)
    return where
