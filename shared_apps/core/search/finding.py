"""Rows that have what was typed, or resemble it."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db.models import Case, Q, SmallIntegerField, Value, When
from django.db.models.expressions import Combinable

from shared_apps.core.search.columns import NAMES
from shared_apps.core.search.words import AnyRows, Asked, Word, asked, escaped

MOST_FORGIVEN = 2  # words: each is compared with every row; of more than two words, one
LONGEST_OF_SEVERAL = 12  # letters of a word that is forgiven beside others: a longer one takes several times as long
ENOUGH = 5  # rows: with fewer, a wrong letter is forgiven
BEGINS = 2  # the greatest `match` of a row whose names are what was typed, or begin so
SIMILAR = 5  # `match` of a row that only resembles what was typed

Has = Callable[[Word], Q]  # the condition that a row has a word, however far from the row it stands
Rows = TypeVar("Rows", bound=AnyRows)


def found(
    rows: Rows,
    text: str,
    has: Has,
    *,
    holds: Has | None = None,
    at: str = "found_by",
    spelt_in: Sequence[AnyRows] = (),
) -> Rows:
    """Those of `rows` that have every word of `text`, with their `match`, the smaller the better.

    `has` finds rows, by the longest word; `holds`, where it is given, looks at these for the others. `at` leads to the
    column whose names say how good a match is. `spelt_in` are rows with a `found_by`, the words of which are taken for
    what was meant by a word with a wrong letter; none, and nothing is forgiven. An empty text finds all rows.
    """
    sought = asked(text)
    if not sought.words:
        kept = rows.none() if text.strip() else rows
        return kept.annotate(match=Value(0, output_field=SmallIntegerField()))
    exactly = _all(sought.words, has, holds or has)
    keys = list(rows.filter(exactly).order_by().values_list("pk", flat=True)[:ENOUGH]) if spelt_in else []
    words = _forgiven(sought.words, spelt_in, exact=len(keys))
    if words == sought.words:
        return rows.filter(exactly).annotate(match=_match(sought, at, Value(SIMILAR - 1)))
    others = Case(When(pk__in=keys, then=SIMILAR - 1), default=SIMILAR) if keys else Value(SIMILAR)
    return rows.filter(_all(words, has, holds or has)).annotate(match=_match(sought, at, others))


def _all(words: tuple[Word, ...], has: Has, holds: Has) -> Q:
    first, *others = sorted(words, key=lambda word: -len(word.ways[0]))
    return Q(has(first), *map(holds, others))


def _forgiven(words: tuple[Word, ...], spelt_in: Sequence[AnyRows], *, exact: int) -> tuple[Word, ...]:
    """`words` with what resembles them, unless enough rows have them. A reference that is right means no other.

    One word is wrong, and the others are right; if that finds nothing, any of them may be. Of three words and more
    one is forgiven, first one that no row has; of several words none that is long.
    """
    if exact >= ENOUGH:
        return words
    wrong = [word for word in words if not exact or word.ways[0].isalpha()]
    if len(words) > 1:
        wrong = [word for word in wrong if len(word.ways[0]) <= LONGEST_OF_SEVERAL]
    most = MOST_FORGIVEN if len(words) <= MOST_FORGIVEN else 1
    if len(wrong) > most:
        wrong.sort(key=lambda word: any(rows.filter(word.is_in()).exists() for rows in spelt_in))
        del wrong[most:]
    rest = {word: [other for other in words if other != word] for word in wrong}
    forgiven = {word: word.spelt_as_in(spelt_in, beside=rest[word]) for word in wrong}
    if not exact and len(words) > 1 and all(word == forgiven[word] for word in wrong):
        forgiven = {word: word.spelt_as_in(spelt_in) for word in wrong}
    return tuple(forgiven.get(word, word) for word in words)


def _match(sought: Asked, at: str, others: Combinable) -> Case:
    """How good a match is: the names begin so, have it as words, begin a word so, have it somewhere; else `others`."""
    whole = escaped(sought.whole)

    def named(pattern: str) -> Q:
        return Q((f"{at}__like", f"{pattern}%{NAMES}%"))

    return Case(
        When(~Q(*(named(f"%{escaped(word.ways[0])}") for word in sought.words)), then=others),
        When(named(f" {whole}"), then=0),
        When(named(f"% {whole} "), then=1),
        When(named(f"% {whole}"), then=BEGINS),
        default=3,
        output_field=SmallIntegerField(),
    )
