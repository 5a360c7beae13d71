"""How everything is searched: in lists, in the search box, by the API and on the site.

A row is found by any part of what it is `found_by`, whatever the accents and capitals; when few rows are, also by
words with one wrong letter. Postgres does it: the column is generated, and an index of its trigrams finds parts.
"""

from shared_apps.core.search.columns import NAMES, REST, found_by, found_by_index, searched
from shared_apps.core.search.finding import BEGINS, SIMILAR, found
from shared_apps.core.search.order import by_date, by_name, by_time, similar_last
from shared_apps.core.search.words import LONGEST, MOST_LETTERS, MOST_WORDS, AnyRows, Word, asked

__all__ = [
    "BEGINS", "LONGEST", "MOST_LETTERS", "MOST_WORDS", "NAMES", "REST", "SIMILAR", "AnyRows", "Word", "asked",
    "by_date", "by_name", "by_time", "found", "found_by", "found_by_index", "searched", "similar_last",
]  # fmt: skip
