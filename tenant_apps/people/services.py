"""Knowing people: finding them by email, making them students, tying them to their accounts."""

from collections.abc import Mapping
from typing import TypedDict, Unpack
from uuid import UUID

from django.core.files import File
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.utils.text import slugify

from shared_apps.accounts.models import User
from shared_apps.core.db import connection
from shared_apps.core.hooks import Hook
from shared_apps.events.bus import emit
from tenant_apps.people.access import rename, set_access, within
from tenant_apps.people.errors import PersonExists, RoleAboveOwn, SomebodyElses
from tenant_apps.people.events import StudentActivityChanged, StudentChanged, TrainerActivityChanged, TrainerChanged
from tenant_apps.people.identity import change_email, claim_for, find_or_add, find_person, lock_address, same_name
from tenant_apps.people.models import Merge, Person, Student, Trainer

# Somebody is made inactive. Whoever knows what they still have ahead adds it to `said`, a few words each.
still_ahead = Hook()


@transaction.atomic
def meet_person(*, name: str, email: str, phone: str = "", student: bool = True) -> Person:
    """Whoever has this email, or somebody new; a student unless that is decided later (`student=False`).

    What is known of somebody is never changed by a stranger's form.
    """
    person = find_or_add(name=name, email=email, phone=phone)
    if student:
        make_student(person)
    return person


def make_student(person: Person) -> Student:
    """Whoever comes to a session, or has an account here, is a student."""
    return Student.objects.get_or_create(person=person)[0]


def record_that_stands(person: Person) -> Person:
    """`person`, or whoever their record was joined with meanwhile. That one stands until this transaction ends.

    To be asked before anything is locked that hangs on a person.
    """
    pk: UUID | None = person.pk
    with connection.cursor() as cursor:
        while pk is not None:
            stands = pk
            table = Person._meta.db_table
            cursor.execute(f"SELECT merged_into_id FROM {table} WHERE id = %s FOR SHARE", [pk])  # noqa: S608
            row = cursor.fetchone()
            pk = row[0] if row else None
    return person if stands == person.pk else Person.objects.get(pk=stands)


def joined_into(pk: UUID) -> UUID:
    """Whose record has the rows of the person `pk` now: their own, unless it was joined with another one."""
    seen = {pk}
    while kept := Merge.objects.filter(absorbed=pk, undone_at=None).values_list("kept_id", flat=True).first():
        if kept in seen:
            break
        seen.add(kept)
        pk = kept
    return pk


def is_only_a_buyer(person: Person) -> bool:
    """Whether all we know of `person` is what was typed when they held seats: no account, never taught, no teacher."""
    return person.user_id is None and not hasattr(person, "student") and not hasattr(person, "trainer")


def has_only_an_address(person: Person) -> bool:
    """Whether `person` is who they are by an address that somebody typed: without an account, and no trainer."""
    return person.user_id is None and not hasattr(person, "trainer")


@transaction.atomic
def meet_as_typed(*, name: str, email: str, phone: str = "") -> Person:
    """Whoever the office means by this `name` and `email`, or somebody new: a student either way.

    Raises `SomebodyElses` when the address is of somebody with another name, so that nobody's bookings get mixed up.
    """
    known = find_person(email)
    if known is not None and name and not same_name(known.name, name):
        raise SomebodyElses(known)
    return meet_person(name=name, email=email, phone=phone)


@transaction.atomic
def add_student(
    *, name: str, email: str, phone: str = "", notes: str = "", shared: bool = False, by: User | None
) -> Student:
    """A new student, entered by the office; somebody known by this name and address becomes one.

    `shared`: it is somebody else's address, too. Raises `PersonExists` when it belongs to a student, or to somebody
    of another name, and is not.
    """
    lock_address(email)
    person = None if shared else find_person(email)
    if person is not None and (hasattr(person, "student") or not same_name(person.name, name)):
        raise PersonExists(person)
    if person is None:
        person = Person.objects.create(name=name, email=email.lower(), phone=phone)
        claim_for(person)
    elif phone:
        _write(person, {"phone": phone})
    fields = {"name": name, "email": email, "phone": phone, "notes": notes}
    named = sorted(field for field, value in fields.items() if value)
    emit(StudentChanged(person_id=person.pk, fields=named, made=True), by=by, subject=person)
    return Student.objects.create(person=person, notes=notes)


class PersonDetails(TypedDict, total=False):
    """A person's own fields, as whoever changes one gives them."""

    name: str
    email: str
    phone: str


@transaction.atomic
def update_student(
    student: Student,
    *,
    by: User | None,
    notes: str | None = None,
    shared: bool = False,
    active: bool | None = None,
    **details: Unpack[PersonDetails],
) -> Student:
    """Change a student's `name`, `email`, `phone`, `active` or `notes`. `shared`: the address is somebody else's, too.

    Another address of somebody with an account waits until they have proven it. Being inactive: `deactivate_person`.
    Raises `PersonExists`, `NeedsAnAddress`, `RoleAboveOwn`.
    """
    person = student.person
    changed = _write_person(person, details, shared=shared, by=by)
    if notes is not None:
        changed += _write(student, {"notes": notes})
    if changed:
        emit(StudentChanged(person_id=person.pk, fields=changed), by=by, subject=person)
    if active is not None:
        (activate_person if active else deactivate_person)(person, by=by)
    return student


@transaction.atomic
def deactivate_person(person: Person, *, by: User | None) -> list[str]:
    """Take somebody out of lists and choices, and end all sign-ins and tokens of their account: they can't sign in.

    Whoever also works here keeps their access, which is the team's matter. Nobody is dropped, and what they booked
    stays: returned in words is what they still have ahead. Raises `RoleAboveOwn`.
    """
    _set_active(person, active=False, by=by)
    said: list[str] = []
    still_ahead(person=person, said=said)
    return said


@transaction.atomic
def activate_person(person: Person, *, by: User | None) -> None:
    """Somebody is in lists and choices again, and can sign in again. Raises `RoleAboveOwn`."""
    _set_active(person, active=True, by=by)


def _set_active(person: Person, *, active: bool, by: User | None) -> None:
    if Person.objects.filter(pk=person.pk).exclude(active=active).update(active=active):
        person.active = active
        emit(StudentActivityChanged(person_id=person.pk, active=active), by=by, subject=person)
        if person.user is not None and not person.user.roles_of_office:
            set_access(person.user, active=active, by=by)


def _refuse_above(person: Person, *, name: str, by: User | None) -> None:
    """Raises `RoleAboveOwn` when `by` would call `person`, whose account may do more, by another `name`."""
    if name != person.name and by is not None and person.user is not None and not within(by, person.user.roles):
        raise RoleAboveOwn


def _write_person(person: Person, details: PersonDetails, *, shared: bool = False, by: User | None) -> list[str]:
    """Write a person's own fields; the names of those that are other ones now. Raises `RoleAboveOwn`."""
    changed = []
    _refuse_above(person, name=details.get("name", person.name), by=by)
    if "email" in details and correct_email(person, details.pop("email"), shared=shared, by=by):
        changed = ["email"]
    return sorted([*changed, *_write(person, details)])


@transaction.atomic
def correct_email(person: Person, email: str, *, shared: bool = False, by: User | None) -> bool:
    """The office gives `person` another address; whether it holds now. `shared`: it is somebody else's, too.

    Raises `PersonExists`, `NeedsAnAddress`.
    """
    before = (person.email, person.pending_email)
    changed = change_email(person, email, shared=shared, by=by)
    if (person.email, person.pending_email) != before:
        person.save(update_fields=["email", "pending_email"])
        claim_for(person)
    return changed


def _write(row: Person | Student | Trainer, values: Mapping[str, object]) -> list[str]:
    """Write those `values` that are other ones now, and only those; their names."""
    saved = type(row)._base_manager.select_for_update().values(*values, "pk").get(pk=row.pk)
    for field, value in values.items():
        setattr(row, field, value)
    changed = sorted(field for field in values if saved[field] != _plain(getattr(row, field)))
    row.save(update_fields=changed)
    return changed


def _plain(value: object) -> object:
    """A field's value as a query would say it."""
    return str(value) if isinstance(value, FieldFile) else value


class TrainerDetails(TypedDict, total=False):
    """A trainer's own fields, as whoever adds or changes one gives them."""

    headline: str
    bio: str
    photo: "str | File[bytes] | None"
    specialisations: list[str]
    certifications: list[str]
    years_of_experience: int
    active: bool


@transaction.atomic
def update_own_details(user: User, *, name: str, phone: str) -> None:
    """What a signed-in person says about themselves."""
    rename(user, name=name, by=user)
    Person.objects.filter(user=user).update(name=name, phone=phone)


@transaction.atomic
def add_trainer(
    *, name: str, email: str, slug: str, user: User | None = None, **details: Unpack[TrainerDetails]
) -> Trainer:
    """A person who teaches, under the `name` that is given here. `details` are the trainer's own fields."""
    person = find_or_add(name=name, email=email)
    if user is not None:
        person.user = user
    person.name = name
    person.save(update_fields=["user", "name"])
    return Trainer.objects.create(person=person, slug=slug, **details)


@transaction.atomic
def save_trainer(
    trainer: Trainer | None,
    *,
    by: User | None,
    name: str | None = None,
    email: str | None = None,
    **details: Unpack[TrainerDetails],
) -> Trainer:
    """Add somebody who teaches (None), or change one: `name`, `email`, and the trainer's own fields.

    What is not given stays. A new trainer gets a free slug from their name, and whoever has their address is called
    what is given here. Raises `PersonExists`, `NeedsAnAddress`, `RoleAboveOwn`.
    """
    if trainer is None:
        name, email = name or "", email or ""
        known = find_person(email)
        if known is not None and hasattr(known, "trainer"):
            raise PersonExists(known)
        if known is not None:
            _refuse_above(known, name=name, by=by)
        trainer = add_trainer(name=name, email=email, slug=_free_slug(name), **details)
        named = sorted(field for field, value in {"name": name, "email": email, **details}.items() if value)
        emit(TrainerChanged(person_id=trainer.pk, fields=named, made=True), by=by, subject=trainer)
        return trainer
    given: PersonDetails = {}
    if name is not None:
        given["name"] = name
    if email is not None:
        given["email"] = email
    own = _write_person(trainer.person, given, by=by)
    if changed := sorted([*own, *_write(trainer, details)]):
        emit(TrainerChanged(person_id=trainer.pk, fields=changed), by=by, subject=trainer)
    return trainer


@transaction.atomic
def set_trainer_active(trainer: Trainer, *, active: bool, by: User | None) -> Trainer:
    """Show a trainer on the site and in lists of choices, or no longer. Their sessions stay theirs."""
    if trainer.active != active:
        trainer.active = active
        trainer.save(update_fields=["active"])
        emit(TrainerActivityChanged(person_id=trainer.pk, active=active), by=by, subject=trainer)
    return trainer


def _free_slug(name: str) -> str:
    base = slugify(name)[:70] or "trainer"
    taken = set(Trainer.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := base if n == 1 else f"{base}-{n}") not in taken)
