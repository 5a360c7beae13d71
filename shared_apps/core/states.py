"""States and how they change: a model's `MOVES` say which moves there are, and `move` is the one way to make one."""

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar
from uuid import UUID

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from shared_apps.core.db import connection
from shared_apps.core.errors import DomainError, IllegalMove, MayNotMove, MovedMeanwhile
from shared_apps.core.hooks import Hook
from shared_apps.core.time import now

R = TypeVar("R", bound=models.Model)


class Actor(StrEnum):
    """Who makes a move for what they are, and not by a permission."""

    BUYER = "buyer"  # who has the link to what they bought, or the account; the door has seen to that
    SYSTEM = "system"  # because of the time, or of another change
    PAYMENT_PROVIDER = "payment provider"
    COMMAND_LINE = "command line"


class Someone(Protocol):
    """A user, as far as a move has to know one."""

    @property
    def pk(self) -> UUID: ...

    @property
    def is_authenticated(self) -> Literal[True]: ...

    def can(self, permission: str) -> bool:
        """Whether this person may do `permission`."""


@dataclass(frozen=True)
class Move(Generic[R]):
    """A move from any of the states `before` to `after`.

    `by` names who may make it: actors, and permissions such as "bookings.manage". `guard` is a function that answers
    with a refusal while the row must not be moved.
    """

    before: Set[str]
    after: str
    by: Set[str]
    guard: Callable[[R], DomainError | None] | None = None


class StateTable(Generic[R]):
    """The `states` of a field, and all moves between them.

    A row `begins` in the field's default unless others are named. `refusals` are what somebody is told, by the state
    they wanted, when there is no such move; without one, a sentence with both states. `unrecorded` says why no
    transition is kept of its moves.
    """

    def __init__(
        self, states: type[models.TextChoices], *moves: Move[R],
        begins: Set[str] = frozenset(), refusals: Mapping[str, Callable[[R], DomainError]] | None = None,
        unrecorded: str = "",
    ) -> None:  # fmt: skip
        self.states, self.moves, self.begins = states, moves, begins
        self.refusals, self.unrecorded = refusals or {}, unrecorded


# Of a model that the reader does not know.
AnyTable: TypeAlias = StateTable[Any]
AnyMove: TypeAlias = Move[Any]

moved = Hook()  # called for each move, in its transaction, with what a transition tells


def move(
    row: models.Model, field: str, to: str, *, by: Someone | None, acting: Actor | str | None = None, reason: str = "",
    only_from: str = "", **changes: object,
) -> None:  # fmt: skip
    """Move `row` to the state `to`, writing `changes` with it, and keep who did it and why.

    `by` is the user who did it, and `acting` as what: without it, a user needs a permission that the table names, and
    nobody in particular (None) is the system. One UPDATE guarded by the state we started from: of two racing callers
    one wins and the other gets `MovedMeanwhile`, with no lock held in between. What says when the row was last
    changed says so of this change too. Where several states lead to `to`, `only_from` is the one that is meant.
    Raises `IllegalMove`, `MayNotMove`, and what the guard says.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("move() belongs in the transaction of what happens with it")
    before = getattr(row, field)
    went_as = _find_way(row, field, to, by, acting)
    if only_from and before != only_from:
        raise _not_from_there(row, table_of(type(row), field), before, to, only_from)
    changes = {field: to, **_touched(type(row)), **changes}
    if not type(row)._base_manager.filter(pk=row.pk, **{field: before}).update(**changes):
        raise MovedMeanwhile
    for name, value in changes.items():
        setattr(row, name, value)
    if not table_of(type(row), field).unrecorded:
        moved(row=row, field=field, before=str(before), after=str(to), by=by, acting=went_as, reason=reason)


def why_not(
    row: models.Model, field: str, to: str, *, by: Someone | None = None, acting: Actor | str | None = None
) -> DomainError | None:
    """Why `move` would refuse to move `row` to the state `to`; None if it would not."""
    try:
        _find_way(row, field, to, by, acting)
    except DomainError as refusal:
        return refusal
    return None


def table_of(model: type[models.Model], field: str) -> AnyTable:
    """The moves of `field`, from the `MOVES` of its model."""
    table: AnyTable = getattr(model, "MOVES", {})[field]
    return table


def all_tables() -> Iterator[tuple[type[models.Model], str, AnyTable]]:
    """Every model with states, the field they are in, and the moves."""
    for model in apps.get_models():
        for field, table in getattr(model, "MOVES", {}).items():
            yield model, field, table


def beginnings(model: type[models.Model], field: str) -> Set[str]:
    """The states in which a row may begin."""
    column = model._meta.get_field(field)
    assert isinstance(column, models.Field)
    return table_of(model, field).begins or {column.get_default()}


def _find_way(row: models.Model, field: str, to: str, by: Someone | None, acting: Actor | str | None) -> str:
    """As what the move may be made: an actor or a permission. Raises the `DomainError` that forbids it."""
    table, before = table_of(type(row), field), getattr(row, field)
    there = [one for one in table.moves if before in one.before and one.after == to]
    if not there:
        raise table.refusals[to](row) if to in table.refusals else _no_such_move(row, table, before, to)
    ways = [(one, word) for one in there for word in sorted(one.by) if _is_for(word, by, acting)]
    if not ways:
        raise MayNotMove(
            _("This %(what)s is %(before)s, and you may not make it %(after)s.") % _words(row, table, before, to),
            before=str(before), after=str(to),
        )  # fmt: skip
    refusal: DomainError | None = None
    for one, word in ways:
        refusal = one.guard(row) if one.guard else None
        if refusal is None:
            return str(word)
    assert refusal is not None
    raise refusal


def _is_for(word: str, by: Someone | None, acting: Actor | str | None) -> bool:
    """Whether `word` of a table means this caller. Only a permission has a dot in it."""
    if "." in word:
        return by is not None and acting in (None, word) and by.can(word)
    return word == (Actor.SYSTEM if acting is None and by is None else acting)


def _no_such_move(row: models.Model, table: AnyTable, before: str, to: str) -> IllegalMove:
    if before == to:
        said = _("This %(what)s is %(before)s already.")
    else:
        said = _("This %(what)s is %(before)s, so it can't become %(after)s.")
    return IllegalMove(said % _words(row, table, before, to), before=str(before), after=str(to))


def _not_from_there(row: models.Model, table: AnyTable, before: str, to: str, meant: str) -> IllegalMove:
    said = _("This %(what)s is %(before)s; that is for one that is %(after)s.")
    return IllegalMove(said % _words(row, table, before, meant), before=str(before), after=str(to))


def _words(row: models.Model, table: AnyTable, before: str, to: str) -> dict[str, str]:
    labels = {"before": table.states(before).label, "after": table.states(to).label}
    return {"what": str(row._meta.verbose_name), **{name: str(label) for name, label in labels.items()}}


def _touched(model: type[models.Model]) -> dict[str, object]:
    """The columns that a save would set to now; an UPDATE passes them by."""
    return {field.name: now() for field in model._meta.concrete_fields if getattr(field, "auto_now", False)}
