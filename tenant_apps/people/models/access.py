"""Which accounts may see and act for which persons."""

from typing import ClassVar, TypedDict
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shared_apps.core.models import Row
from shared_apps.core.personal import personal
from shared_apps.core.states import Someone


class AccessKind(models.TextChoices):
    """How an account stands to a person."""

    SELF = "self", _("themselves")
    GUARDIAN = "guardian", _("guardian")
    CONTACT = "contact", _("contact")  # they proved an address of the person, and share it


class Access(Row):
    """An account's access to a person: to what was booked for them, as if it were the account's own.

    The one to oneself follows from `Person.user`, and is kept by the database.
    """

    PERSONAL: ClassVar = personal(people=["person"], users=["user"], gone=True, shows=["kind", "person_id"])

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="access")
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="access")
    kind = models.CharField(max_length=10, choices=AccessKind)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "person"], name="one_access_per_user_and_person"),
            models.UniqueConstraint(fields=["person"], condition=Q(kind="self"), name="a_person_has_one_account"),
            models.UniqueConstraint(fields=["user"], condition=Q(kind="self"), name="an_account_is_one_person"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} as {self.kind} of {self.person_id}"


class PersonKey(TypedDict):
    """A row of a subquery that names persons."""

    person: UUID


def persons_of(user: Someone | AnonymousUser) -> "models.QuerySet[Access, PersonKey]":
    """The keys of the persons whom `user` (perhaps anonymous) has access to, as a subquery."""
    if not user.is_authenticated:
        return Access.objects.none().values("person")
    return Access.objects.filter(user_id=user.pk).values("person")
