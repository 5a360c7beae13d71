"""Personal fields: which fields of a row say something of a person, and what erasing that person leaves in them.

A model declares them beside its columns, as `PERSONAL = personal(people=["buyer"], contact_name=ERASED_NAME)`. Export
and erasure of a person are derived from these marks: nothing else knows the fields.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.apps import apps
from django.db import models

from shared_apps.core.types import Json

ERASED_NAME = "Erased person"
ERASING = "erasing"  # what an erasure locks, and whoever keeps a copy of what it blanks: see `lock_word`


@dataclass(frozen=True)
class Personal:
    """Whose a row is, and what erasure puts into its fields; a function is given the row.

    A row is theirs by any of these lookups: of the person (`people`), of their account (`users`), of one of their
    addresses (`addresses`), or of the key of another row that is theirs (`about`).

    `tells`: fields with the keys of rows that are somebody else's and tell of them, too; `told`: lookups of such keys,
    and of theirs. `only`: a condition besides. `gone`: erasure deletes the row. `shows`: what an export says besides;
    `hidden`: it is only erased.
    """

    people: Sequence[str] = ()
    users: Sequence[str] = ()
    addresses: Sequence[str] = ()
    about: Sequence[str] = ()
    tells: Sequence[str] = ()
    told: Sequence[str] = ()
    only: models.Q = models.Q()  # noqa: RUF009  (never changed)
    gone: bool = False
    hidden: bool = False
    shows: Sequence[str] = ()
    fields: Mapping[str, object] = field(default_factory=dict)


def personal(
    *, people: Sequence[str] = (), users: Sequence[str] = (), addresses: Sequence[str] = (), about: Sequence[str] = (),
    tells: Sequence[str] = (), told: Sequence[str] = (), only: models.Q | None = None, gone: bool = False,
    hidden: bool = False, shows: Sequence[str] = (), **fields: object,
) -> tuple[Personal, ...]:  # fmt: skip
    """Declare the personal `fields` of a model; add two declarations where different people's are in one row."""
    return (Personal(people, users, addresses, about, tells, told, only or models.Q(), gone, hidden, shows, fields),)


_others: dict[str, tuple[Personal, ...]] = {}


def mark(label: str, marks: tuple[Personal, ...]) -> None:
    """Declare the personal fields of a model that is not ours, such as `account.EmailAddress`."""
    _others[label.lower()] = marks


def marked() -> dict[type[models.Model], tuple[Personal, ...]]:
    """All models with personal fields, and their marks."""
    found = {model: marks for model in apps.get_models() if (marks := getattr(model, "PERSONAL", ()))}
    return found | {apps.get_model(label): marks for label, marks in _others.items()}


def without(*keys: str, **instead: Json) -> Callable[[Json], Json]:
    """What is left of a JSON field: without `keys`, and with `instead` where there was something."""

    def rest(value: Json) -> Json:
        if not isinstance(value, dict):
            return value
        kept = {key: part for key, part in value.items() if key not in keys}
        return kept | {key: part for key, part in instead.items() if key in value}

    return rest
