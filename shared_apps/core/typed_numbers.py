"""The number that somebody typed, with a point or a comma: one rule for every field in which people type one.

`1,50` is 1.50; `1,500`, `1.500,00`, `1,500.00` and `1 500` are 1500. A comma before three digits stands between
thousands. A point before three digits may stand there too, so `1.500` is refused: it can mean 1.50 or 1500. Only where
numbers have three decimals, as dinars do, it is the usual way to write 1.5; there `1,500` is refused.
"""

import re
import unicodedata
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shared_apps.core.lines import without_marks

SIGNED = re.compile(r"([-+\u2212]?) ?(.*)")
PARTS = re.compile(r"(.*?)(?:([.,])(\d*))?")  # what stands before the last point or comma, and what stands after it
# Digits in threes, or as in 1,50,000, with one and the same mark between them.
GROUPED = re.compile(r"[1-9]\d{0,2}([.,' ])\d{3}(?:\1\d{3})*|[1-9]\d?([.,' ])\d{2}(?:\2\d{2})*\2\d{3}")
THREE = 3
MARKS = {"\u2019": "'", "\u066b": ".", "\u066c": ",", "\uff0e": ".", "\uff0c": ","}


def read_number(text: str, *, places: int, sign: str = "") -> Decimal:
    """What `text` says, where numbers have so many decimal `places`; `sign`, a currency's, may stand beside it.

    Refused is what is no number, and what can be read in two ways.
    """
    plain = "".join(map(_plain, without_marks(text))).strip()
    plain = plain.removeprefix(sign).removesuffix(sign).strip()
    signed = SIGNED.fullmatch(plain)
    minus, digits = signed.groups() if signed else ("", "")
    number = _read(digits.removeprefix(sign).strip(), places, plain)
    return -number if minus in {"-", "\u2212"} else number


def _read(text: str, places: int, typed: str) -> Decimal:
    parts = PARTS.fullmatch(text)
    whole, mark, rest = parts.groups(default="") if parts else ("", "", "")
    if GROUPED.fullmatch(text) and not whole.isdecimal():  # several marks, or one that is no point and no comma
        return Decimal(_digits(text))
    if GROUPED.fullmatch(whole) and rest and mark not in whole:
        return Decimal(f"{_digits(whole)}.{rest}")
    if not (whole + rest).isdecimal():
        raise ValidationError(_("Enter a number."), code="invalid")
    if len(rest) == THREE and whole.startswith("0") and whole != "0":
        raise ValidationError(_("Enter a number."), code="invalid")  # 01,500 is neither
    number = Decimal(f"{whole or 0}.{rest or 0}")
    if not GROUPED.fullmatch(text):
        return number
    if mark == "," and places < THREE:
        return Decimal(whole + rest)
    if mark == "." and places == THREE:
        return number
    if number != round(number, places):
        return number  # it has too many decimals, which the field says
    raise ValidationError(
        _("“%(typed)s” can mean %(number)s or %(thousands)s. Type one of these."),
        code="two_readings",
        params={"typed": typed, "number": f"{number:.{places}f}", "thousands": whole + rest},
    )


def _plain(letter: str) -> str:
    """A digit or a mark of another script as we write it."""
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    return MARKS.get(letter, letter)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
