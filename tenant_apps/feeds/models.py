"""Calendars to subscribe to: whose each is, and whether its link still opens it."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import User, Visitor
from shared_apps.core.models import Row
from shared_apps.core.permissions import can
from shared_apps.core.personal import personal
from tenant_apps.people.models import Person, Trainer
from tenant_apps.scheduling.models import Room


class Kind(models.TextChoices):
    """Whose sessions a feed has."""

    PERSON = "person", _("somebody's own bookings")
    TRAINER = "trainer", _("a trainer")
    ROOM = "room", _("a room")
    CENTRE = "centre", _("the whole centre")


OF_THE_OFFICE = (Kind.TRAINER, Kind.ROOM, Kind.CENTRE)
_OWNED = (Kind.PERSON, Kind.TRAINER, Kind.ROOM)  # each has a column of its name


def _belongs_to(kind: Kind) -> Q:
    """The one column that says whose a feed of `kind` is."""
    return Q(kind=kind, **{f"{other}__isnull": other != kind for other in _OWNED})


def _one_standing(kind: Kind) -> models.UniqueConstraint:
    name = f"one_link_to_the_calendar_of_a_{kind}" if kind in _OWNED else "one_link_to_the_calendar_of_the_centre"
    fields = [kind.value] if kind in _OWNED else ["kind"]
    return models.UniqueConstraint(fields=fields, condition=Q(kind=kind, revoked_at=None), name=name)


class FeedQuerySet(models.QuerySet["Feed"]):
    """Feeds, by whether their links open them, and who may look after them."""

    def standing(self) -> "FeedQuerySet":
        """Those whose links were not ended."""
        return self.filter(revoked_at=None)

    def served(self) -> "FeedQuerySet":
        """Those that are read: their links stand, and whose they are still has an account, or teaches here."""
        person = Q(kind=Kind.PERSON, person__merged_into=None, person__active=True, person__user__is_active=True)
        teaches = Q(kind=Kind.TRAINER, trainer__active=True, trainer__person__active=True)
        teaches &= Q(trainer__person__user=None) | Q(trainer__person__user__is_active=True)
        return self.standing().filter(person | teaches | Q(kind__in=[Kind.ROOM, Kind.CENTRE]))

    def visible_to(self, user: Visitor) -> "FeedQuerySet":
        """Everybody's own; of the office besides those of trainers, of rooms and of the centre."""
        if not user.is_authenticated:
            return self.none()
        mine = Q(person__user_id=user.pk) | Q(trainer__person__user_id=user.pk)
        return self.filter(mine | Q(kind__in=OF_THE_OFFICE) if can(user, "sessions.manage") else mine)


class Feed(Row):
    """A calendar that programs read by a secret link: the bookings of a person, or the sessions of something here.

    The link is signed for its key, so no secret stands in the database. One that was ended is never opened again: a new
    link is a new row. `digest` and `changed_at` say what it was when it was read last, and since when.
    """

    PERSONAL: ClassVar = personal(
        people=["person", "trainer"], gone=True, shows=["kind", "created_at", "revoked_at", "read_at"]
    )

    kind = models.CharField(max_length=10, choices=Kind)
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="feeds")
    trainer = models.ForeignKey(Trainer, models.CASCADE, null=True, blank=True, related_name="feeds")
    room = models.ForeignKey(Room, models.CASCADE, null=True, blank=True, related_name="feeds")
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True, help_text="When it was read last, to the hour")
    digest = models.CharField(max_length=32, blank=True, help_text="Of what it said then")
    changed_at = models.DateTimeField(null=True, blank=True, help_text="Since when it says that")

    objects = FeedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=_belongs_to(Kind.PERSON) | _belongs_to(Kind.TRAINER) | _belongs_to(Kind.ROOM)
                | _belongs_to(Kind.CENTRE),
                name="a_feed_is_of_what_its_kind_says",
            ),
            *(_one_standing(kind) for kind in Kind),
        ]  # fmt: skip

    def __str__(self) -> str:
        owner = self.person or self.trainer or self.room
        return str(owner) if owner else str(Kind.CENTRE.label)

    @property
    def owner_id(self) -> UUID | None:
        """The key of whose it is; None for the whole centre."""
        return self.person_id or self.trainer_id or self.room_id
