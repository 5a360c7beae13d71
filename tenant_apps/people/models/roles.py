"""What being taught, and teaching, add to a person."""

from typing import ClassVar, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from shared_apps.core.ids import uuid7
from shared_apps.core.markdown import MarkdownLength
from shared_apps.core.permissions import can
from shared_apps.core.personal import personal
from shared_apps.core.states import Someone
from shared_apps.core.time import now
from shared_apps.web.page_cache import watch
from tenant_apps.people.models.access import persons_of
from tenant_apps.people.models.person import Person

R = TypeVar("R", bound=models.Model)


class RoleQuerySet(models.QuerySet[R]):
    """Students or trainers, by whether they are active."""

    def active(self) -> Self:
        return self.filter(person__active=True)


class StudentQuerySet(RoleQuerySet["Student"]):
    """Students, by who may see them."""

    def visible_to(self, user: Someone | AnonymousUser) -> "StudentQuerySet":
        """The office sees all students; anybody else, those whom they have access to."""
        return self if can(user, "students.view") else self.filter(person__in=persons_of(user))


class Student(models.Model):
    """What being taught adds to a person."""

    PERSONAL: ClassVar = personal(people=["person"], notes="")

    person = models.OneToOneField(Person, models.PROTECT, primary_key=True, related_name="student")
    notes = models.TextField(blank=True, help_text="For the office only")

    objects = StudentQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.person)


class TrainerQuerySet(RoleQuerySet["Trainer"]):
    """Trainers, by whether they teach here and who may see them."""

    def teaching(self) -> "TrainerQuerySet":
        """Those who teach here now; `Trainer.teaches` says the same of one."""
        return self.active().filter(active=True)

    def with_courses_taught(self) -> "TrainerQuerySet":
        """Each with `courses_taught`: of how many courses they gave a date that is over, alone or with others."""
        taught = Q(trainer=OuterRef("pk")) | Q(team__trainer=OuterRef("pk"), team__role="co_trainer")
        sessions = Trainer.sessions.rel.related_model.objects.filter(  # type: ignore[attr-defined]
            taught, ends_at__lt=now()
        ).exclude(status__in=["cancelled", "rescheduled"])
        count = sessions.order_by().values(one=Value(1)).annotate(n=Count("course", distinct=True)).values("n")
        return self.annotate(courses_taught=Coalesce(Subquery(count), 0))

    def visible_to(self, user: Someone | AnonymousUser) -> "TrainerQuerySet":
        """Active trainers are public; the office sees the others too."""
        return self if can(user, "trainers.view") else self.filter(active=True)


class Trainer(models.Model):
    """What teaching adds to a person. A tenant may call them instructors."""

    PERSONAL: ClassVar = personal(
        people=["person"], shows=["years_of_experience"], slug=lambda value: f"erased-{uuid7().hex}", headline="",
        bio="", photo="", specialisations=lambda value: [], certifications=lambda value: [],
    )  # fmt: skip

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

    @property
    def teaches(self) -> bool:
        """Whether they teach here now."""
        return self.active and self.person.active


watch(Trainer)
