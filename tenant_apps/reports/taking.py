"""What somebody means who types "take 50 cash samuels" into the search box: of whom, how much and in which way."""

import re
from dataclasses import dataclass
from decimal import Decimal

SUM = re.compile(r"[£$€]?([1-9]\d{0,4}|0)(?:[.,](\d{1,2}))?")
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
    amount, asked = None, ""
    while words:
        if words[0] in SAID and words[0] not in said:
            said.append(words.pop(0))
        elif amount is None and (amount := _sum(words[0])):
            asked = words.pop(0)
        else:
            break
    if amount is None and len(words) > 1 and (amount := _sum(words[-1])):
        asked = words.pop()
    if asked and all(word.isdigit() for word in words):  # the parts of a telephone number
        words, amount = [asked, *words], None
    provider = next((WAYS[word] for word in said if word in WAYS), "")
    return Taking(" ".join(words), amount, provider)


def _sum(word: str) -> Decimal | None:
    match = SUM.fullmatch(word)
    return (Decimal(f"{match[1]}.{match[2] or 0}").quantize(Decimal("0.01")) or None) if match else None
