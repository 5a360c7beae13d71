"""What was typed, in words, and the words that resemble one."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db.models import F, Func, Q, QuerySet, TextField, Value

from shared_apps.core.db import connection
from shared_apps.core.lines import phone_in
from shared_apps.core.search.columns import REST

AnyRows: TypeAlias = "QuerySet[Any]"
LONGEST, MOST_WORDS = 100, 8  # of what is typed; the rest is not looked at
LEAST_PART = 3  # letters of a part; with fewer a word must begin so, or nearly everything has it
LEAST_LETTERS, MOST_LETTERS = 4, 24  # of a word with a wrong letter
WHOLE_BELOW = 6  # letters: a shorter one is a whole word; too much begins with three letters and any other
ENDS = "[ @.]"  # what ends a word
LEAST_DIGITS = 6  # of a telephone number
TELLING_DIGITS = 9  # what is left of a number without its country and its leading nought
COUNTRY_DIGITS = (1, 2, 3)
MOST_READ, MOST_SPELLINGS = 1_000, 20  # rows that are read to learn how a word is spelt, and spellings that are tried


@dataclass(frozen=True)
class Word:
    """One word of what was typed: a row has it that has it in one of these `ways`."""

    ways: tuple[str, ...]

    def is_in(self, field: str = "found_by", *, upto: str = "") -> Q:
        """The condition that `field`, made by `searched`, has it: anywhere; with `upto=REST` in what all may see, with
        `NAMES` in the names."""
        return self._like(field, lambda way: f"%{way}%" if len(way) >= LEAST_PART else f"% {way}%", upto)

    def begins(self, field: str = "found_by", *, upto: str = REST) -> Q:
        """The condition that a word of `field` begins so."""
        return self._like(field, lambda way: f"% {way}%", upto)

    def _like(self, field: str, pattern: Callable[[str], str], upto: str) -> Q:
        end = f"{upto}%" if upto else ""  # what stands before a sign has the sign somewhere after it
        return Q(*((f"{field}__like", pattern(escaped(way)) + end) for way in self.ways), _connector=Q.OR)

    @property
    def resembling(self) -> str:
        """A regular expression for words like this one, with one letter wrong, missing, too many or swapped.

        It is "" for short words and long ones, and those with signs in them: too much would be like them. A long one
        may be the beginning of a word.
        """
        word = self.ways[0]
        if not (LEAST_LETTERS <= len(word) <= MOST_LETTERS and word.isalnum()):
            return ""
        ends = range(len(word))
        wrong = {f"{word[:at]}.{word[at + 1 :]}" for at in ends}
        missing = {f"{word[:at]}.{word[at:]}" for at in ends}
        too_many = {word[:at] + word[at + 1 :] for at in ends}
        swapped = {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in ends[:-1]}
        return f" ({_either(wrong | missing | too_many | swapped)}){ENDS if len(word) < WHOLE_BELOW else ''}"

    def spelt_as_in(self, sources: Sequence[AnyRows], *, beside: Sequence["Word"] = ()) -> "Word":
        """This word, and those that resemble it in the first of `sources`, rows with `found_by`, that has some.

        Only rows that have the words `beside` it, too.
        """
        if not self.resembling:
            return self
        spellings: Counter[str] = Counter()
        spelling = Func(F("found_by"), Value(self.resembling), function="substring", output_field=TextField())
        for rows in sources:
            # Rows that have the word itself tell nothing, and of a word that many have there are many.
            others = rows.exclude(self.is_in()).filter(*(word.is_in() for word in beside)).order_by()
            others = others.filter(found_by__regex=self.resembling)
            spellings.update(others.values_list(spelling, flat=True)[:MOST_READ])
            if spellings:
                break
        return Word(tuple(dict.fromkeys([*self.ways, *(one for one, _count in spellings.most_common(MOST_SPELLINGS))])))


def _either(words: Iterable[str]) -> str:
    """A regular expression for these words that says what they have in common once: Postgres looks into its index by
    no long one."""
    after: dict[str, set[str]] = {}
    for word in words:
        after.setdefault(word[:1], set()).add(word[1:])
    ends = after.pop("", None) is not None
    ways = [letter + (_either(rest) if rest != {""} else "") for letter, rest in sorted(after.items())]
    if not ways:
        return ""
    either = ways[0] if len(ways) == 1 and not ends else f"(?:{'|'.join(ways)})"
    return f"{either}?" if ends else either


@dataclass(frozen=True)
class Asked:
    """What was typed, as it is compared: `whole` is all of it, `words` are looked for one by one."""

    whole: str
    words: tuple[Word, ...]


def asked(text: str) -> Asked:
    """`text` in words, without what the database takes for accents and capitals."""
    text = phone_in(re.sub(r"[\x01-\x20\x7f]", " ", text.encode("utf-8", "ignore").decode()))
    typed = " ".join(text[:LONGEST].split())
    if not typed:
        return Asked("", ())
    with connection.cursor() as cursor:
        cursor.execute("SELECT ext.plain(%s)", [typed])
        plain = " ".join(cursor.fetchone()[0].split())
    number = _number_in(plain)
    return Asked(plain, (number,) if number else tuple(map(_word, plain.split()[:MOST_WORDS])))


def escaped(text: str) -> str:
    """`text` without a meaning of its own in a pattern of SQL."""
    return re.sub(r"([\\%_])", r"\\\1", text)


def _word(text: str) -> Word:
    # Kept with its country a number has no leading nought.
    return Word((text[1:] if text.isdecimal() and len(text) > LEAST_LETTERS and text[0] == "0" else text,))


def _number_in(text: str) -> Word | None:
    """The telephone number that `text` is, with the ways in which it may be written down; None if it is none."""
    digits = re.sub(r"[\s()./+]", "", text)
    if not (digits.isdecimal() and len(digits) >= LEAST_DIGITS):
        return None
    telling = digits.lstrip("0") or digits
    ways = [telling[-TELLING_DIGITS:]]
    if text.startswith(("+", "00")) and len(telling) <= TELLING_DIGITS:
        ways += [telling[by:] for by in COUNTRY_DIGITS if len(telling) - by >= LEAST_LETTERS]
    return Word(tuple(ways))
