"""Everything of one person: to give it to them, or to forget it. Which fields that are is marked in the models."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.db.models.fields.files import FieldFile

from shared_apps.accounts.models import User
from shared_apps.accounts.services import set_active
from shared_apps.core.db import lock_word
from shared_apps.core.hooks import Hook
from shared_apps.core.personal import ERASING, Personal, marked
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from shared_apps.jobs.erasing import erase_from_jobs
from tenant_apps.people.errors import CannotErase, SamePerson, WorksHere
from tenant_apps.people.events import PersonErased, PersonExported
from tenant_apps.people.identity import same_name
from tenant_apps.people.models import ContactKind, ContactPoint, Person

# Somebody is to be erased. Whoever still needs to know them adds why to `said`, a few words each.
keeps_from_erasing = Hook()


@dataclass(frozen=True)
class Trace:
    """What leads to everything of one person: the keys of their records, accounts and other rows, and their addresses.

    `told` are rows of others that tell of them. An address that somebody else has as well leads nowhere.
    """

    people: set[UUID]
    users: set[UUID]
    addresses: set[str]
    keys: set[UUID]
    told: set[UUID]

    @classmethod
    def of(cls, person: Person) -> "Trace":
        people = _records(person)
        users = set(User.objects.filter(person__in=people).values_list("pk", flat=True))
        addresses = _addresses(people, users)
        people |= _named_as(person, addresses)
        trace = cls(people, users, addresses, people | users, set())
        for model, marks in marked().items():
            for mark in [mark for mark in marks if mark.people]:
                rows = model._base_manager.filter(_any(mark.people, people), mark.only)
                trace.keys.update(pk for pk in rows.values_list("pk", flat=True) if isinstance(pk, UUID))
                for name in mark.tells:
                    trace.told.update(rows.values_list(name, flat=True))
        return trace

    def rows(self, model: type[models.Model], mark: Personal) -> QuerySet[models.Model]:
        """The rows of `model` that are theirs by `mark`."""
        where = _any(mark.people, self.people) | _any(mark.users, self.users) | _any(mark.about, self.keys)
        where |= _any(mark.told, self.keys | self.told)
        for lookup in mark.addresses:
            for address in self.addresses:
                where |= Q(**{lookup: address})
        found = model._base_manager.filter(where, mark.only) if where else model._base_manager.none()
        return found.order_by("pk")


@transaction.atomic
def export_person(person: Person, *, by: User | None) -> dict[str, object]:
    """Everything that is known of `person`, by kind of row; that it was given out stands in their history."""
    trace = Trace.of(person)
    kinds = {model._meta.label_lower: list(_told(trace, model, marks)) for model, marks in marked().items()}
    emit(PersonExported(person_id=person.pk), by=by, subject=person)
    found = {kind: rows for kind, rows in sorted(kinds.items()) if rows}
    return {"person": person.pk, "made_at": now(), "records": found}


@transaction.atomic
def erase_person(person: Person, *, by: User | None) -> Person:
    """Forget `person`: what is personal is blanked or replaced everywhere, and their account ends.

    Money, the ledger and the history stay, without the name. It can't be undone. Raises `CannotErase` while something
    is open with them, `WorksHere`, `SamePerson` for a record that ended.
    """
    lock_word(ERASING)
    erase_from_jobs(Trace.of(person).keys)  # before any other lock: a job has its own row first, then whose it works on
    person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    if person.merged_into_id:
        raise SamePerson
    trace = Trace.of(person)
    accounts = list(User.objects.select_for_update().filter(pk__in=trace.users))
    if any(account.roles_of_office for account in accounts) or _teaches(trace):
        raise WorksHere
    said: list[str] = []
    keeps_from_erasing(people=list(trace.people), said=said)
    if said:
        raise CannotErase(said)
    for account in accounts:
        set_active(account, active=False)
    for model, marks in marked().items():
        for mark in marks:
            _erase(trace.rows(model, mark), mark)
    Person.objects.filter(pk__in=trace.people).update(active=False, organisation=None)
    person.refresh_from_db()
    emit(PersonErased(person_id=person.pk), by=by, subject=person)
    return person


def _records(person: Person) -> set[UUID]:
    """The keys of `person` and of all records that turned out to be theirs."""
    found, more = {person.pk}, {person.pk}
    while more:
        more = set(Person.objects.filter(merged_into__in=more).values_list("pk", flat=True)) - found
        found |= more
    return found


def _addresses(people: set[UUID], users: set[UUID]) -> set[str]:
    points = ContactPoint.objects.filter(kind=ContactKind.EMAIL)
    proven = EmailAddress.objects.filter(user__in=users).values_list("email", flat=True)
    theirs = {*points.filter(person__in=people).values_list("value", flat=True), *map(str.lower, proven)}
    others = points.filter(value__in=theirs).exclude(person__in=people)
    # Whoever named somebody on a seat by their address shares it with nobody.
    others = others.exclude(person__in=Person.objects.only_named().values("pk"))
    return theirs - set(others.values_list("value", flat=True))


def _named_as(person: Person, addresses: set[str]) -> set[UUID]:
    """Who was named on a seat as `person` is called, by an address of theirs: that is them."""
    reached = ContactPoint.objects.filter(kind=ContactKind.EMAIL, value__in=addresses).values("person")
    named = Person.objects.only_named().filter(pk__in=reached).values_list("pk", "name")
    return {pk for pk, name in named if same_name(name, person.name)}


def _any(lookups: Iterable[str], keys: set[UUID]) -> Q:
    where = Q()
    for lookup in lookups:
        where |= Q(**{f"{lookup}__in": keys})
    return where


def _told(trace: Trace, model: type[models.Model], marks: tuple[Personal, ...]) -> Iterator[dict[str, object]]:
    for mark in [mark for mark in marks if not mark.hidden]:
        for row in trace.rows(model, mark):
            names = [*mark.shows, *mark.fields]
            yield {"id": row.pk} | {name: _plain(getattr(row, name)) for name in names}


def _plain(value: object) -> object:
    return value.name if isinstance(value, FieldFile) else value


def _erase(rows: QuerySet[models.Model], mark: Personal) -> None:
    worked_out = {name: value for name, value in mark.fields.items() if callable(value)}
    for row in rows if worked_out or _has_files(rows, mark) else ():
        for held in [getattr(row, name) for name in mark.fields]:
            if isinstance(held, FieldFile) and held:
                transaction.on_commit(partial(held.storage.delete, str(held.name)))
        changed = {name: value(getattr(row, name)) for name, value in worked_out.items()}
        if changed:
            rows.model._base_manager.filter(pk=row.pk).update(**changed)
    if mark.gone:
        rows.delete()
        return
    if plain := {name: value for name, value in mark.fields.items() if name not in worked_out}:
        rows.model._base_manager.filter(pk__in=list(rows.values_list("pk", flat=True))).update(**plain)


def _has_files(rows: QuerySet[models.Model], mark: Personal) -> bool:
    return any(isinstance(rows.model._meta.get_field(name), models.FileField) for name in mark.fields)


def _teaches(trace: Trace) -> bool:
    return Person.objects.filter(pk__in=trace.people, trainer__active=True).exists()
