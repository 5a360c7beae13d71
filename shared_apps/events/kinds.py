"""What can happen, and who listens: event classes say their words, handlers register under names that stay."""

import datetime
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from shared_apps.core.types import JsonObject, Words
from shared_apps.events.models import Event


@dataclass(frozen=True)
class Told:
    """How an event reads in a timeline: its title, its icon (of lucide), and the tone of that."""

    title: Words
    icon: str = "circle-dot"
    tone: str = "muted"


Find = Callable[[str], Any]  # the row that a payload names by a key such as "refund_id"; None where it is gone


@dataclass(frozen=True, kw_only=True)
class DomainEvent:
    """Something that happened, in the past tense, by ids only.

    A subclass says its name, `name="booking.cancelled"`, and how it is `told`; `told_new` where its payload says
    that a record was `made`. `about_money` is for those who see money, and whoever is not named in an event
    `by_visitor` was a visitor. Whoever gives a field another meaning counts up `version`, and says in `upgrade` what
    becomes of the events that are stored.

    A handler finds the key of the stored event in `row`: what it does because of it is done once for each of those.
    """

    name: ClassVar[str]
    row: ClassVar[uuid.UUID | None] = None
    version: ClassVar[int] = 1
    told: ClassVar[Told | None] = None
    told_new: ClassVar[Told | None] = None
    about_money: ClassVar[bool] = False
    by_visitor: ClassVar[bool] = False
    by_name: ClassVar[dict[str, type["DomainEvent"]]] = {}

    def __init_subclass__(
        cls, name: str, version: int = 1, told: Told | None = None, told_new: Told | None = None,
        about_money: bool = False, by_visitor: bool = False, **kwargs: object,
    ) -> None:  # fmt: skip
        super().__init_subclass__(**kwargs)
        cls.name, cls.version, cls.told, cls.told_new = name, version, told, told_new
        cls.about_money, cls.by_visitor = about_money, by_visitor
        DomainEvent.by_name[name] = cls

    @classmethod
    def upgrade(cls, payload: JsonObject, version: int) -> JsonObject:
        """The stored `payload` of an earlier `version` as one of the present. A field that is new needs a default."""
        return payload

    @classmethod
    def amount(cls, payload: JsonObject, find: Find) -> str:
        """The sum that it is about, in words, or nothing."""
        return ""

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        """What a timeline says of it besides its title, note, reason and changed fields."""
        return []


Handler = Callable[[Any], None]


@dataclass(frozen=True)
class Listener:
    """A handler under the `name` that is stored with its deliveries.

    It runs `after` a while (zero: as soon as a worker has time), or `now`, in the process in which the event happened.
    """

    name: str
    handler: Handler
    when: Callable[[Any], bool]
    after: datetime.timedelta
    now: bool


_listeners: dict[str, dict[str, Listener]] = {}  # by the event's name and the handler's, of today or earlier


def on(
    *events: type[DomainEvent], name: str, when: Callable[[Any], bool] = lambda event: True,
    after: datetime.timedelta = datetime.timedelta(0), now: bool = False, formerly: tuple[str, ...] = (),
) -> Callable[[Handler], Handler]:  # fmt: skip
    """Register a handler of `events`, of those that satisfy `when`. Workers run it right after the commit.

    With `after` they run it that much later. `now` is for what the answer to this request must show: then it runs
    in this process, right after the commit, before the answer. What fails is tried again by workers.

    `name`, "app.what_it_does", is stored with each delivery, so it stays when the function moves. `formerly` are
    names it had: what waits under them still finds it.
    """

    def register(handler: Handler) -> Handler:
        listener = Listener(name, handler, when, after, now)
        for event in events:
            known = _listeners.setdefault(event.name, {})
            if name in known and known[name].handler is not handler:
                raise ValueError(f"Two handlers of {event.name} are called {name}")
            # Before handlers had names, the function's path was stored.
            for alias in (name, f"{handler.__module__}.{handler.__qualname__}", *formerly):
                known[alias] = listener
        return handler

    return register


def listeners_of(event: DomainEvent) -> list[Listener]:
    """Who wants to hear of `event`, in the order in which they registered."""
    listening = {one.name: one for one in _listeners.get(event.name, {}).values()}
    return [one for one in listening.values() if one.when(event)]


def all_listeners() -> Iterable[Listener]:
    """Everybody who listens to something."""
    return (one for known in _listeners.values() for one in known.values())


def find_listener(event: Event, handler: str) -> Listener | None:
    """Who is stored as `handler` of `event`; None where this release does not know the one or the other."""
    kind = DomainEvent.by_name.get(event.name)
    if kind is None or event.version > kind.version:
        return None
    return _listeners.get(event.name, {}).get(handler)


def load(event: Event) -> DomainEvent:
    """What was stored, as an event of the present version."""
    kind = DomainEvent.by_name[event.name]
    payload = kind.upgrade(event.payload, event.version) if event.version < kind.version else event.payload
    types = {field.name: field.type for field in fields(kind)}
    values = {
        key: uuid.UUID(value) if value and types.get(key) in (uuid.UUID, "UUID", "uuid.UUID") else value
        for key, value in payload.items()
        if key in types
    }
    found = kind(**values)
    object.__setattr__(found, "row", event.pk)  # no field, so it is neither stored nor asked for
    return found
