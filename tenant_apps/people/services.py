"""Knowing people: finding them by email, making them students, tying them to their accounts."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.fields.files import FieldFile
from django.utils.text import slugify

from shared_apps.accounts.roles import STUDENT
from shared_apps.accounts.services import email_verified
from shared_apps.events.bus import emit
from tenant_apps.people.errors import PersonExists
from tenant_apps.people.events import StudentActivityChanged, StudentChanged, TrainerActivityChanged, TrainerChanged
from tenant_apps.people.models import Person, Student, Trainer


@transaction.atomic
def meet_person(*, name: str, email: str, phone: str = "") -> Person:
    """The student with this email, or a new one. What is known of somebody is never changed by a stranger's form."""
    person = _find_or_add(name=name, email=email, phone=phone)
    Student.objects.get_or_create(person=person)
    return person


def _find_or_add(*, name: str, email: str, phone: str = "") -> Person:
    email = email.strip().lower()
    person = Person.objects.filter(email__iexact=email).first() if email else None
    if person is not None:
        return person
    try:
        with transaction.atomic():
            return Person.objects.create(name=name, email=email, phone=phone)
    except IntegrityError:  # another request met them at the same moment
        return Person.objects.get(email__iexact=email)


@transaction.atomic
def add_student(*, name: str, email: str, phone: str = "", notes: str = "", by: Any) -> Student:
    """A new student, entered by the office. Raises `PersonExists`."""
    if email and Person.objects.filter(email__iexact=email).exists():
        raise PersonExists
    person = Person(name=name, email=email.lower(), phone=phone)
    _save(person)
    fields = {"name": name, "email": email, "phone": phone, "notes": notes}
    named = sorted(field for field, value in fields.items() if value)
    emit(StudentChanged(person_id=person.pk, fields=named), by=by, subject=person)
    return Student.objects.create(person=person, notes=notes)


@transaction.atomic
def update_student(student: Student, *, by: Any, notes: str | None = None, **details: Any) -> Student:
    """Change a student's `name`, `email`, `phone`, `active` or `notes`. Raises `PersonExists`."""
    person = student.person
    email = details.get("email", "")
    if email and Person.objects.filter(email__iexact=email).exclude(pk=person.pk).exists():
        raise PersonExists
    if email:
        details["email"] = email.lower()
    changed = _write(person, details)
    if notes is not None:
        changed += _write(student, {"notes": notes})
    if "active" in changed:
        emit(StudentActivityChanged(person_id=person.pk, active=person.active), by=by, subject=person)
    if named := [field for field in changed if field != "active"]:
        emit(StudentChanged(person_id=person.pk, fields=named), by=by, subject=person)
    return student


def _write(row: Person | Student | Trainer, values: Mapping[str, Any]) -> list[str]:
    """Write those `values` that are other ones now, and only those; their names. Raises `PersonExists`."""
    saved = type(row)._base_manager.select_for_update().values(*values, "pk").get(pk=row.pk)
    for field, value in values.items():
        setattr(row, field, value)
    changed = sorted(field for field in values if saved[field] != _plain(getattr(row, field)))
    _save(row, update_fields=changed)
    return changed


def _save(row: Person | Student | Trainer, *, update_fields: Sequence[str] | None = None) -> None:
    try:
        with transaction.atomic():
            row.save(update_fields=update_fields)
    except IntegrityError as error:  # another request gave somebody this address at the same moment
        raise PersonExists from error


def _plain(value: Any) -> Any:
    """A field's value as a query would say it."""
    return str(value) if isinstance(value, FieldFile) else value


@transaction.atomic
def update_own_details(user: Any, *, name: str, phone: str) -> None:
    """What a signed-in person says about themselves."""
    user.name = name
    user.save(update_fields=["name"])
    Person.objects.filter(user=user).update(name=name, phone=phone)


@transaction.atomic
def add_trainer(*, name: str, email: str, slug: str, user: Any = None, **details: Any) -> Trainer:
    """A person who teaches. `details` are the trainer's own fields."""
    person = _find_or_add(name=name, email=email)
    if user is not None:
        person.user = user
        person.save(update_fields=["user"])
    return Trainer.objects.create(person=person, slug=slug, **details)


@transaction.atomic
def save_trainer(
    trainer: Trainer | None, *, by: Any, name: str | None = None, email: str | None = None, **details: Any
) -> Trainer:
    """Add somebody who teaches (None), or change one: `name`, `email`, and the trainer's own fields.

    What is not given stays. A new trainer gets a free slug from their name. Raises `PersonExists`.
    """
    if trainer is None:
        name, email = name or "", email or ""
        if email and Trainer.objects.filter(person__email__iexact=email.strip()).exists():
            raise PersonExists
        trainer = add_trainer(name=name, email=email, slug=_free_slug(name), **details)
        named = sorted(field for field, value in {"name": name, "email": email, **details}.items() if value)
        emit(TrainerChanged(person_id=trainer.pk, fields=named), by=by, subject=trainer)
        return trainer
    own: dict[str, str] = {} if name is None else {"name": name}
    if email is not None:
        own["email"] = email.strip().lower()
        if own["email"] and Person.objects.filter(email__iexact=own["email"]).exclude(pk=trainer.pk).exists():
            raise PersonExists
    if changed := sorted([*_write(trainer.person, own), *_write(trainer, details)]):
        emit(TrainerChanged(person_id=trainer.pk, fields=changed), by=by, subject=trainer)
    return trainer


@transaction.atomic
def set_trainer_active(trainer: Trainer, *, active: bool, by: Any) -> Trainer:
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


@email_verified.add
def tie_account(*, user: Any, email: str) -> None:
    """Whoever proved an address owns what was booked under it. Those who only work here are no students."""
    known_as = meet_person if STUDENT in user.roles else _find_or_add
    person = known_as(name=user.name or email.split("@")[0], email=email, phone=user.phone)
    if person.user_id is None:
        person.user = user
        person.save(update_fields=["user"])
