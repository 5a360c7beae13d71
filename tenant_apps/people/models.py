"""Whoever the tenant knows. Signing in is an addition, not a condition."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Lower

from shared_apps.core.lines import LineField, NameField
from shared_apps.core.markdown import MarkdownLength
from shared_apps.core.models import Row
from shared_apps.core.permissions import can
from shared_apps.core.time import now
from shared_apps.web.page_cache import watch


class Organisation(Row):
    """A company that buys."""

    name = LineField(max_length=200)
    email = models.EmailField(blank=True)
    phone = LineField(max_length=40, blank=True)
    address = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, user: Any) -> "PersonQuerySet":
        """The office sees everybody; anybody else, themselves."""
        if can(user, "students.view"):
            return self
        return self.filter(user_id=user.pk) if user.is_authenticated else self.none()


class Person(Row):
    """Somebody the tenant knows: a student, a buyer, a company's contact, an attendee with only a name, a trainer."""

    name = NameField()
    email = models.EmailField(blank=True)
    phone = LineField(max_length=40, blank=True)
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, blank=True, related_name="people")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="person")
    active = models.BooleanField(default=True)
    # Whoever has an account proves a new address before mails go there.
    pending_email = models.EmailField(
        blank=True, default="", db_default="", help_text="What the office gave an account; not proven yet"
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", help_text="They turned out to be the same"
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="one_person_per_email"),
        ]
        indexes = [models.Index(Lower("name"), name="person_by_name")]

    def __str__(self) -> str:
        return self.name


class RoleQuerySet(models.QuerySet[Any]):
    def active(self) -> "RoleQuerySet":
        return self.filter(person__active=True)


class StudentQuerySet(RoleQuerySet):
    def visible_to(self, user: Any) -> "StudentQuerySet":
        """The office sees all students; a student, themselves."""
        if can(user, "students.view"):
            return self
        return self.filter(person__user_id=user.pk) if user.is_authenticated else self.none()


class Student(models.Model):
    """What being taught adds to a person."""

    person = models.OneToOneField(Person, models.PROTECT, primary_key=True, related_name="student")
    notes = models.TextField(blank=True, help_text="For the office only")

    objects = StudentQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.person)


class TrainerQuerySet(RoleQuerySet):
    def with_courses_taught(self) -> "TrainerQuerySet":
        """Each with `courses_taught`: of how many courses they gave a date that is over."""
        sessions = Trainer.sessions.rel.related_model.objects.filter(  # type: ignore[attr-defined]
            trainer=OuterRef("pk"), ends_at__lt=now()
        ).exclude(status__in=["cancelled", "rescheduled"])
        count = sessions.order_by().values("trainer").annotate(n=Count("course", distinct=True)).values("n")
        return self.annotate(courses_taught=Coalesce(Subquery(count), 0))

    def visible_to(self, user: Any) -> "TrainerQuerySet":
        """Active trainers are public; the office sees the others too."""
        return self if can(user, "trainers.view") else self.filter(active=True)


class Trainer(models.Model):
    """What teaching adds to a person. A tenant may call them instructors."""

    person = models.OneToOneField(Person, models.PROTECT, primary_key=True, related_name="trainer")
    slug = models.SlugField(max_length=80, unique=True)
    headline = models.CharField(max_length=160, blank=True)
    bio = models.TextField(blank=True, validators=[MarkdownLength()])
    photo = models.FileField(upload_to="trainers/", blank=True)
    specialisations = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    certifications = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    years_of_experience = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)
    search = models.GeneratedField(
        expression=SearchVector("headline", "bio", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = TrainerQuerySet.as_manager()

    class Meta:
        indexes = [GinIndex(fields=["search"], name="trainer_search")]

    def __str__(self) -> str:
        return str(self.person)


watch(Person, "id IN (SELECT person_id FROM people_trainer)")
watch(Trainer)
