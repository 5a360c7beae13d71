"""Whether what somebody typed names something: each word of it, wholly, by its beginning, or with one wrong letter."""

from collections.abc import Iterable
from difflib import get_close_matches

LIKENESS = 0.8  # of difflib, 0 to 1: one wrong letter in five
LEAST_LETTERS = 3  # fewer mean anything


def typed_words(text: str) -> list[str]:
    """The words of `text` to look for; none where all are too short to mean something."""
    typed = text.lower().split()
    return typed if max(map(len, typed), default=0) >= LEAST_LETTERS else []


def is_named(typed: Iterable[str], words: str) -> bool:
    """Whether each of the `typed` words names one of `words`."""
    known = words.lower().split()
    return all(
        _begins(one, known) or bool(len(one) > LEAST_LETTERS and get_close_matches(one, known, n=1, cutoff=LIKENESS))
        for one in typed
    )


def is_begun(typed: Iterable[str], words: str) -> bool:
    """Whether each of the `typed` words is one of `words` or the beginning of one, and none only resembles it."""
    known = words.lower().split()
    return all(_begins(one, known) for one in typed)


def _begins(one: str, known: Iterable[str]) -> bool:
    return any(word.startswith(one) for word in known)
