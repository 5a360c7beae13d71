"""The timeline of any row: what happened to it, in the words that each event brings.

Apps add what is theirs: the rows that payloads name (`rows_of`), what fields are called (`name_fields`), and the
records that events are about (`subject`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from shared_apps.core.types import Words
from shared_apps.events.bus import DomainEvent, Find, Told
from shared_apps.events.models import Event

MOST_EVENTS = 200
MOST_FIELDS = 5


@dataclass(frozen=True)
class Entry:
    """One thing that happened, for people."""

    title: str
    who: str
    when: datetime
    tone: str
    icon: str
    detail: str


@dataclass(frozen=True)
class About:
    """A record that events are about: what it is called, and its page as the name of a URL that takes a key."""

    name: str
    page: str
    pk: UUID | None


M = TypeVar("M", bound=Model)
Finder = Callable[[set[UUID]], dict[UUID, About]]  # of the subjects of events, those that are there

_rows: dict[str, Callable[[], QuerySet[Model]]] = {}
_fields: dict[str, Words] = {}
_money_fields: set[str] = set()
_finders: dict[str, Finder] = {}


def rows_of(key: str, rows: Callable[[], QuerySet[Model]]) -> None:
    """The rows that payloads name by `key`, such as "refund_id"."""
    _rows[key] = rows


def name_fields(names: Mapping[str, Words], *, about_money: Iterable[str] = ()) -> None:
    """What fields are called on our pages; the values of those `about_money` are for those who see money."""
    _fields.update(names)
    _money_fields.update(about_money)


def subject(*words: str, find: Finder) -> None:
    """Events whose names begin with one of `words` are about records that `find` finds."""
    _finders.update(dict.fromkeys(words, find))


def records(rows: Callable[[], QuerySet[M]], name: Callable[[M], str], page: str = "") -> Finder:
    """A finder of `rows` by their own key."""
    return lambda pks: {row.pk: About(name(row), page, row.pk) for row in rows().filter(pk__in=pks)}


def field_name(field: str) -> str:
    """What a field is called on our pages."""
    return str(_fields.get(field, field.replace("_", " ").capitalize()))


def history(*subjects: Model | None, money: bool = True) -> list[Entry]:
    """What happened to `subjects` (None is passed over), newest first. Without `money` no word of it."""
    ids = [row.pk for row in subjects if row is not None]
    events = list(Event.objects.filter(subject_id__in=ids).order_by("-id")[:MOST_EVENTS])
    if not money:
        events = [event for event in events if not _kind(event).about_money]
    return entries_of(events, money=money)


def entries_of(events: Sequence[Event], *, money: bool = True) -> list[Entry]:
    """`events` in words, in their order. Without `money` no sums."""
    found = {key: _found(rows, events, key) for key, rows in _rows.items()}
    return [_entry(event, _finder(found, event), money) for event in events]


def abouts(events: Sequence[Event]) -> dict[UUID, About]:
    """The records that `events` are about, by their subjects. One query for each kind of them."""
    wanted: defaultdict[Finder, set[UUID]] = defaultdict(set)
    for event in events:
        if event.subject_id and (find := _finders.get(word_of(event))):
            wanted[find].add(event.subject_id)
    return {pk: about for find, pks in wanted.items() for pk, about in find(pks).items()}


def records_by_key(word: str, pks: Iterable[UUID]) -> dict[UUID, About]:
    """The records with these keys, of those that events are about whose names begin with `word`."""
    wanted = set(pks)
    return _finders[word](wanted) if wanted and word in _finders else {}


def word_of(event: Event) -> str:
    """What an event is about, by the first word of its name."""
    return event.name.split(".")[0]


def _kind(event: Event) -> type[DomainEvent]:
    return DomainEvent.by_name.get(event.name, DomainEvent)  # one of a former release says its name alone


def _entry(event: Event, find: Find, money: bool) -> Entry:
    kind, payload = _kind(event), event.payload
    made = payload.get("made") and kind.told_new
    told = made or kind.told or Told(event.name.replace(".", " ").capitalize())
    detail = "" if made else " · ".join(part for part in _details(event, kind, find, money) if part)
    by_visitor = kind.by_visitor or payload.get("by_buyer")
    who = event.by_name or (_("The customer") if by_visitor else "")
    return Entry(str(told.title), who, event.created_at, told.tone, told.icon, detail)


def _details(event: Event, kind: type[DomainEvent], find: Find, money: bool) -> Iterable[str]:
    payload = event.payload
    yield kind.amount(payload, find)
    yield event.note
    if payload.get("reason") != event.note:
        yield payload.get("reason", "")
    for field, (before, after) in payload.get("changes", {}).items():
        if money or field not in _money_fields:
            values = {"field": field_name(field), "before": before or _("nothing"), "after": after or _("nothing")}
            yield _("%(field)s: %(before)s → %(after)s") % values
    if isinstance(payload.get("fields"), list):
        yield _names([field for field in payload["fields"] if field not in payload.get("changes", {})])
    yield from kind.details(payload, find)


def _names(fields: Sequence[str]) -> str:
    names = [field_name(field) for field in fields]
    if len(names) <= MOST_FIELDS + 1:
        return ", ".join(names)
    return ", ".join([*names[:MOST_FIELDS], _("and %d more") % (len(names) - MOST_FIELDS)])


def _found(rows: Callable[[], QuerySet[Model]], events: Iterable[Event], key: str) -> dict[str, Model]:
    ids = {event.payload[key] for event in events if event.payload.get(key)}
    return {str(row.pk): row for row in rows().filter(pk__in=ids)} if ids else {}


def _finder(found: Mapping[str, Mapping[str, Model]], event: Event) -> Find:
    def find(key: str) -> Model | None:
        return found[key].get(str(event.payload.get(key)))

    return find
