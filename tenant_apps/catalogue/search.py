"""Finding courses by words, their trainers' names and bios included, and forgiving a typo."""

import re
from difflib import SequenceMatcher, get_close_matches

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from shared_apps.web.networks import at_most
from tenant_apps.catalogue.models import Course
from tenant_apps.people.models import Trainer

MOST_WORDS = 8
GUESSES = 40  # a minute for each network
LIKENESS = 0.8  # of difflib, 0 to 1: one wrong letter in five, or two that changed places
PROMINENCE = 0.05

# Words of titles, subjects and names are prominent: those are what people look for.
VOCABULARY = """
SELECT word, word IN (
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
$$) WHERE length(word) > 2 ORDER BY nentry DESC, word
"""


def matching(courses: QuerySet[Course], text: str) -> QuerySet[Course]:
    """Those of `courses` in which every word of `text` occurs, with their `rank`: a title counts most."""
    words = _telling(_words(text))
    for word in words:
        courses = courses.filter(_has(word))
    if not words:
        return courses
    # In the rank one word is enough, since the others may be the trainer's.
    return courses.annotate(rank=SearchRank("search", SearchQuery(_any(words), config="english", search_type="raw")))


def guess(request: HttpRequest, text: str) -> str:
    """What was meant by words that found nothing. That reads every text of the catalogue, so it is limited.

    Raises `TooOften`.
    """
    at_most(GUESSES, "guess", request)
    return corrected(text)


def corrected(text: str) -> str:
    """`text` with each unknown word replaced by the most similar one of the catalogue; "" if nothing is similar."""
    words = _words(text)
    with connection.cursor() as cursor:
        cursor.execute(VOCABULARY)
        known = dict(cursor.fetchall())
    better = [_nearest(word, known) for word in words]
    return " ".join(better) if better != words else ""


def _nearest(word: str, known: dict[str, bool]) -> str:
    """The word itself if one that is known begins so, else the most similar; prominent ones are preferred a little."""
    if len(word) < 3 or any(other.startswith(word) for other in known):
        return word

    # People rarely get the first letter wrong, and a word with another one is mostly another word.
    alike = [other for other in known if other[0] == word[0]]

    def merit(other: str) -> float:
        return SequenceMatcher(None, other, word).ratio() + PROMINENCE * known[other]

    return max(get_close_matches(word, alike, n=8, cutoff=LIKENESS), key=merit, default=word)


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


def _has(word: str) -> Q:
    begins = f"{word}:*"
    english = SearchQuery(begins, config="english", search_type="raw")
    called = SearchQuery(begins, config="simple", search_type="raw")
    trainers = (
        Trainer.objects.active()
        .filter(active=True)
        .annotate(called=SearchVector("person__name", config="simple"))
        .filter(Q(search=english) | Q(called=called))
        .values("pk")
    )
    sessions = Course.sessions.rel.related_model.objects  # type: ignore[attr-defined]
    taught = sessions.filter(course=OuterRef("pk"), visibility="public", trainer__in=trainers)
    subject = Q(category__name__icontains=word) if len(word) > 2 else Q()
    return Q(search=english) | Q(lead_trainer__in=trainers) | Exists(taught.upcoming()) | subject
