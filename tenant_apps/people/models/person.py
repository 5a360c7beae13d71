"""Whoever the tenant knows, and the companies that buy. Signing in is an addition, not a condition."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from shared_apps.core.lines import LineField, NameField
from shared_apps.core.models import Row
from shared_apps.core.permissions import can
from shared_apps.core.personal import ERASED_NAME, personal
from shared_apps.core.search import found_by, found_by_index
from shared_apps.core.states import Someone
from shared_apps.web.page_cache import watch
from tenant_apps.people.models.access import persons_of
from tenant_apps.people.models.contacts import ContactKind, ContactPoint, normalised


class Organisation(Row):
    """A company that buys."""

    name = LineField(max_length=200)
    email = models.EmailField(blank=True)
    phone = LineField(max_length=40, blank=True)
    address = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


NAMED_BY = {"contact_points", "attendances"}  # what refers to whoever was named on a seat


class PersonQuerySet(models.QuerySet["Person"]):
    """People, by who may see them and how they are reached."""

    def visible_to(self, user: Someone | AnonymousUser) -> "PersonQuerySet":
        """The office sees everybody; anybody else, those whom they have access to."""
        return self if can(user, "students.view") else self.filter(pk__in=persons_of(user))

    def only_named(self) -> "PersonQuerySet":
        """Those of whom nothing is known but a name, and perhaps how they are reached: nothing else refers to them."""
        other = {relation.name: None for relation in Person._meta.related_objects if relation.name not in NAMED_BY}
        return self.filter(user=None, email="", phone="", organisation=None, merged_into=None, **other)

    def written_to_at(self, email: str) -> "PersonQuerySet":
        """Those whose primary address is `email`."""
        points = {"kind": ContactKind.EMAIL, "value": normalised(ContactKind.EMAIL, email), "is_primary": True}
        return self.filter(pk__in=ContactPoint.objects.filter(**points).values("person"))


class Person(Row):
    """Somebody the tenant knows: a student, a buyer, a company's contact, an attendee with only a name, a trainer.

    `email` and `phone` are what they are reached at first, and `user` is their own account. The database keeps the
    contact points and the access that follow from these.
    """

    PERSONAL: ClassVar = personal(
        people=["pk"], shows=["active", "created_at"], name=ERASED_NAME, email="", phone="", pending_email=""
    )

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

    found_by = found_by(named=["name"], numbers=["phone"], private=["email"])

    objects = PersonQuerySet.as_manager()

    class Meta:
        indexes = [
            found_by_index("person"),
            models.Index(Lower("name"), name="person_by_name"),
            models.Index(Lower("email"), condition=~Q(email=""), name="person_by_email"),
        ]

    def __str__(self) -> str:
        return self.name


watch(Person, "id IN (SELECT person_id FROM people_trainer)")
