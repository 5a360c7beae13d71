"""Accounts, trainers, students and companies."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.utils.text import slugify

from shared_apps.accounts.models import User
from shared_apps.accounts.roles import ADMIN, OWNER, STUDENT, TRAINER
from shared_apps.accounts.services import create_user
from tenant_apps.demo.stage import Stage
from tenant_apps.people.models import Organisation, Person, Student
from tenant_apps.people.services import add_trainer

PASSWORD = "muster-demo-1"  # noqa: S105  (said to everybody who starts the demo)
_hashed: list[str] = []


def build_people(stage: Stage) -> None:
    """Whoever works at the provider, and whoever was ever taught there."""
    data = stage.data
    stage.owner = _account(data.email("owner"), data.owner, OWNER)
    stage.office = _account(data.email("office"), data.office, ADMIN)
    for trainer in data.trainers:
        user = _account(trainer.email, trainer.name, TRAINER) if trainer.email else None
        stage.trainers[trainer.slug] = add_trainer(
            name=trainer.name, email=trainer.email, slug=trainer.slug, user=user, headline=trainer.headline,
            bio=trainer.bio, specialisations=list(trainer.specialisations),
            certifications=list(trainer.certifications), years_of_experience=trainer.years,
        )  # fmt: skip
    account = _account(data.email("student"), data.student, STUDENT)
    stage.student = Person.objects.get(user=account)
    stage.student.phone = _phone(stage)
    stage.student.save()
    _add_students(stage)
    _add_companies(stage)


def set_password(user: User) -> None:
    """Give `user` the demo's password; hashed once, because hashing is slow on purpose."""
    if not _hashed:
        _hashed.append(make_password(PASSWORD))
    user.password = _hashed[0]
    user.save(update_fields=["password"])


def _account(email: str, name: str, role: str) -> User:
    user = create_user(email=email, name=name, roles=[role], verified=True)
    set_password(user)
    return user


def _add_students(stage: Stage) -> None:
    joined = sorted(stage.dice.between(stage.days_ago(220), stage.days_ago(150)) for _ in stage.data.students)
    for name, moment in zip(stage.data.students, joined, strict=True):
        stage.people.append(_person(stage, name, _email(name, "example.com"), moment))
    Person.objects.bulk_create(stage.people)
    Student.objects.bulk_create(Student(person=person) for person in stage.people)


def _add_companies(stage: Stage) -> None:
    for number, company in enumerate(stage.data.organisations):
        moment = stage.days_ago(240) + timedelta(days=9 * number)
        organisation = Organisation.objects.create(
            id=stage.dice.key(moment), name=company.name, email=company.email, phone=company.phone,
            address=company.address,
        )  # fmt: skip
        contact = _person(stage, company.contact, _email(company.contact, company.email.partition("@")[2]), moment)
        contact.organisation = organisation
        contact.save(force_insert=True)
        Student.objects.create(person=contact)
        stage.companies.append((organisation, contact))


def _person(stage: Stage, name: str, email: str, moment: datetime) -> Person:
    return Person(id=stage.dice.key(moment), name=name, email=email, phone=_phone(stage))


def _email(name: str, domain: str) -> str:
    return f"{slugify(name.replace('ł', 'l')).replace('-', '.')}@{domain}"


def _phone(stage: Stage) -> str:
    return stage.data.phone.format(f"{stage.dice.randrange(1000):03}")
