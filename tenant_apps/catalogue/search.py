"""Finding courses by words, their trainers' names and bios included, and forgiving a typo."""

import re
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.http import HttpRequest

from shared_apps.core.search import MOST_WORDS, NAMES, SIMILAR, Word, asked, found, searched
from shared_apps.web.networks import at_most
from tenant_apps.catalogue.models import Category, Course
from tenant_apps.people.models import Trainer

GUESSES = 40  # a minute for each network
SUBJECTS = Category.objects.alias(found_by=searched(named=["name"]))  # a few rows: they need no index

# Words of titles, subjects and names are prominent: those are what people look for. A word that begins one that is
# known is left as it is.
CORRECTED = r"""
WITH known AS MATERIALIZED (
    SELECT word, ext.plain(word) AS plain, nentry, word IN (
        SELECT unnest(tsvector_to_array(to_tsvector('simple', title))) FROM catalogue_course WHERE published AND active
        UNION SELECT unnest(tsvector_to_array(to_tsvector('simple', name))) FROM catalogue_category
        UNION SELECT unnest(tsvector_to_array(to_tsvector('simple', person.name)))
        FROM people_trainer trainer JOIN people_person person ON person.id = trainer.person_id WHERE trainer.active
    ) AS prominent FROM ts_stat($$
        SELECT to_tsvector('simple', title || ' ' || summary || ' ' || description || ' ' || category.name)
        FROM catalogue_course course JOIN catalogue_category category ON category.id = course.category_id
        WHERE published AND active
        UNION ALL
        SELECT to_tsvector('simple', person.name)
        FROM people_trainer trainer JOIN people_person person ON person.id = trainer.person_id WHERE trainer.active
    $$) WHERE length(word) > 2
)
SELECT coalesce(CASE WHEN pattern <> '' AND NOT EXISTS (SELECT FROM known WHERE starts_with(plain, typed)) THEN (
    SELECT word FROM known WHERE ' ' || plain || ' ' ~ pattern
    ORDER BY ' ' || plain || ' ' ~ (pattern || ' ') DESC, prominent DESC, nentry DESC, word LIMIT 1
) END, typed) FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS asked(typed, pattern, place) ORDER BY place
"""


def all_dates() -> Any:
    """Rows of sessions, which an app above this one has."""
    return Course.sessions.rel.related_model.objects.all()  # type: ignore[attr-defined]


def matching(courses: "QuerySet[Course]", text: str, *, forgiving: bool = False) -> "QuerySet[Any]":
    """Those of `courses` that have every word of `text`, with their `match` and `relevance`: a title counts most.

    The more `relevance`, the better. It is a whole number, so that a cursor stands exactly where it did.
    """
    words = _telling(_words(text))
    spelt_in = [Course.objects.all(), SUBJECTS] if forgiving else []
    rows = found(courses, " ".join(words), _has, spelt_in=spelt_in)
    # In the rank one word is enough, since the others may be the trainer's.
    rank = SearchRank("search", SearchQuery(_any(words), config="english", search_type="raw")) if words else Value(0)
    better = (SIMILAR - F("match")) * 10_000_000
    return rows.annotate(relevance=better + Cast(rank * 1_000_000, IntegerField()))


def guess(request: HttpRequest, text: str) -> str:
    """What was meant by words that found nothing. That reads every text of the catalogue, so it is limited.

    Raises `TooOften`.
    """
    at_most(GUESSES, "guess", request)
    return corrected(text)


def corrected(text: str) -> str:
    """`text` with each unknown word replaced by one of the catalogue from which it differs in a letter, or ""."""
    words = asked(" ".join(_words(text))).words
    typed = [word.ways[0] for word in words]
    with connection.cursor() as cursor:
        cursor.execute(CORRECTED, [typed, [word.resembling for word in words]])
        better = [row[0] for row in cursor.fetchall()]
    return " ".join(better) if better != typed else ""


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())[:MOST_WORDS]


def _telling(words: list[str]) -> list[str]:
    """Without those that Postgres ignores, like "the"."""
    if not words:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM unnest(%s::text[]) AS word WHERE numnode(to_tsquery('english', word || ':*')) > 0",
            [words],
        )
        return [row[0] for row in cursor.fetchall()]


def _any(words: list[str]) -> str:
    return " | ".join(f"{word}:*" for word in words)


def _has(word: Word) -> Q:
    plain = [one for way in word.ways for one in _words(way)[:1]]
    if not plain:
        return word.is_in()
    english = SearchQuery(_any(plain), config="english", search_type="raw")
    trainers = (
        Trainer.objects.active()
        .filter(active=True)
        .filter(Q(search=english) | word.begins("person__found_by", upto=NAMES))
        .values("pk")
    )
    taught = all_dates().filter(course=OuterRef("pk"), visibility="public")
    taught = taught.filter(Q(trainer__in=trainers) | Q(team__trainer__in=trainers, team__role="co_trainer"))
    called = Q(search=english) | Q(lead_trainer__in=trainers) | Exists(taught.upcoming())
    return called | word.is_in() | Q(category__in=SUBJECTS.filter(word.is_in()).values("pk"))
