"""What somebody means who types "take 50 cash samuels" into the search box: of whom, how much and in which way."""

import re
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError

from shared_apps.core.typed_numbers import read_number

# A sum may have a sign of a currency and its thousands in threes; a longer number, or one with noughts before it, is
# somebody's telephone's.
SUM = re.compile(r"[£$€]?((?!0\d)\d{1,5}(?:[.,]\d{0,2})?|[1-9]\d{0,2}(?:[., '’]\d{3}){1,3}(?:[.,]\d{1,3})?)[£$€]?")
HUNDREDS, THREE = re.compile(r"[£$€]?[1-9]\d{0,2}"), re.compile(r"\d{3}(?:[.,]\d{1,2})?")
WHOLE = 9  # digits at least of a telephone number that is not only a part of one
BEGIN = {"take", "cash", "paid", "payment", "record", "transfer"}
SAID = {*BEGIN, "a", "money", "bank"}
WAYS = {"cash": "cash", "transfer": "bank_transfer"}


@dataclass(frozen=True)
class Taking:
    """Money to be taken: whose, in the words that were typed; a sum and a provider where those were said."""

    whose: str
    amount: Decimal | None = None
    provider: str = ""


def taking(text: str, *, places: int = 2) -> Taking | None:
    """What was meant, in a currency of so many decimals; None where `text` is not about money that comes.

    A sum that can be read in two ways, 1.500, is none: the form asks for it.
    """
    words = _in_threes(text.lower().split())
    if not words or words[0] not in BEGIN:
        return None
    said: list[str] = []
    amount, asked, is_sum, is_last = None, "", False, False
    while words:
        if words[0] in SAID and words[0] not in said:
            said.append(words.pop(0))
            is_sum = bool(asked)  # "50 cash" is one
        elif not asked and (amount := _sum(words[0], places)) is not None:
            asked = words.pop(0)
        else:
            break
    if not asked and len(words) > 1 and (amount := _sum(words[-1], places)) is not None:
        asked, is_last = words.pop(), True
    if _is_digits(asked) and not is_sum and _is_part_of_a_number(words):
        words, amount = [*words, asked] if is_last else [asked, *words], None
    provider = next((WAYS[word] for word in said if word in WAYS), "")
    return Taking(" ".join(words), amount or None, provider)


def _in_threes(words: list[str]) -> list[str]:
    """`words` with a sum like 1 500 as one of them; not where more digits stand beside it, as in a telephone number."""
    kept: list[str] = []
    for n, word in enumerate(words):
        before, after = kept[-1:], words[n + 1 : n + 2]
        beside = [*kept[-2:-1], *after]
        if before and HUNDREDS.fullmatch(before[0]) and THREE.fullmatch(word) and not any(map(_is_digits, beside)):
            kept[-1] = f"{kept[-1]} {word}"
        else:
            kept.append(word)
    return kept


def _is_digits(word: str) -> bool:
    return word.replace(" ", "").isdigit()


def _is_part_of_a_number(words: list[str]) -> bool:
    """Whether `words` are a part of a telephone number: digits, and not a whole one, which begins with 0."""
    number = "".join(words)
    return all(map(_is_digits, words)) and not (number.startswith("0") and len(number) >= WHOLE)


def _sum(word: str, places: int) -> Decimal | None:
    """The sum that `word` says; 0 if it says one of two, None if it is no sum."""
    match = SUM.fullmatch(word)
    if match is None:
        return None
    try:
        number = read_number(match[1], places=places)
    except ValidationError as refused:
        return Decimal(0) if refused.code == "two_readings" else None
    said = round(number, places)
    return said if said == number and said else None
