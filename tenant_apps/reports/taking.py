"""What somebody means who types "take 50 cash samuels" into the search box: of whom, how much and in which way."""

import re
from dataclasses import dataclass
from decimal import Decimal

SUM = re.compile(r"[£$€]?([1-9]\d{0,4}|0|[1-9]\d{0,2}([.,])\d{3})(?:(?!\2)[.,](\d{1,2}))?")
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


def taking(text: str) -> Taking | None:
    """What was meant; None where `text` is not about money that comes."""
    words = text.lower().split()
    if not words or words[0] not in BEGIN:
        return None
    said: list[str] = []
    amount, asked, is_sum, is_last = None, "", False, False
    while words:
        if words[0] in SAID and words[0] not in said:
            said.append(words.pop(0))
            is_sum = bool(asked)  # "50 cash" is one
        elif amount is None and (amount := _sum(words[0])):
            asked = words.pop(0)
        else:
            break
    if amount is None and len(words) > 1 and (amount := _sum(words[-1])):
        asked, is_last = words.pop(), True
    if asked.isdigit() and not is_sum and _is_part_of_a_number(words):
        words, amount = [*words, asked] if is_last else [asked, *words], None
    provider = next((WAYS[word] for word in said if word in WAYS), "")
    return Taking(" ".join(words), amount, provider)


def _is_part_of_a_number(words: list[str]) -> bool:
    """Whether `words` are a part of a telephone number: digits, and not a whole one, which begins with 0."""
    number = "".join(words)
    return all(word.isdigit() for word in words) and not (number.startswith("0") and len(number) >= WHOLE)


def _sum(word: str) -> Decimal | None:
    match = SUM.fullmatch(word)
    if match is None:
        return None
    whole = re.sub("[.,]", "", match[1])
    return Decimal(f"{whole}.{match[3] or 0}").quantize(Decimal("0.01")) or None
