"""How people are reached."""

import re
from typing import ClassVar

from django.db import models
from django.db.models import Q

from shared_apps.core.models import Row
from shared_apps.core.personal import personal


class ContactKind(models.TextChoices):
    """How somebody is reached."""

    EMAIL = "email", "email"
    PHONE = "phone", "phone"
    TELEGRAM = "telegram", "Telegram"  # the number of the chat with the provider's bot


class ContactPoint(Row):
    """An address or a number at which a person is reached. Several persons may share one.

    The primary one of each kind follows from `Person.email` and `Person.phone`, and is kept by the database.
    """

    PERSONAL: ClassVar = (
        *personal(people=["person"], gone=True, shows=["kind", "verified_at", "opted_out"], value=""),
        *personal(addresses=["value__iexact"], gone=True, hidden=True),
    )

    person = models.ForeignKey("people.Person", models.CASCADE, related_name="contact_points")
    kind = models.CharField(max_length=10, choices=ContactKind)
    value = models.CharField(max_length=254, help_text="As `normalised` writes it")
    is_primary = models.BooleanField(default=False, db_default=False, help_text="What is sent goes here")
    verified_at = models.DateTimeField(
        null=True, blank=True, help_text="When the person's own account proved that it is theirs"
    )
    opted_out = models.BooleanField(
        default=False, db_default=False, help_text="They want nothing there but what they must be told"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "value"], name="a_person_has_a_contact_point_once"),
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(is_primary=True), name="one_primary_contact_point_of_a_kind"
            ),
            models.CheckConstraint(condition=~Q(value=""), name="a_contact_point_leads_somewhere"),
        ]
        indexes = [models.Index(fields=["value", "kind"], name="contact_point_by_value")]

    def __str__(self) -> str:
        return self.value


def normalised(kind: str, value: str) -> str:
    """`value` as contact points are compared: addresses in small letters, numbers as digits with their plus."""
    if kind == ContactKind.EMAIL:
        return value.strip().lower()
    return re.sub(r"[^0-9+]", "", value)
