"""How people want to be told, and what a provider offers them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from shared_apps.accounts.models import User
from shared_apps.core.models import OneRow, Row
from shared_apps.core.personal import personal


class Preferences(Row):
    """How one account wants to be told. Times are on the provider's clock."""

    PERSONAL: ClassVar = personal(users=["user"], gone=True, shows=["off", "quiet_from", "quiet_until", "digest_at"])

    user = models.OneToOneField(User, models.CASCADE, related_name="messaging_preferences")
    off = models.JSONField(default=dict, help_text="Channels that are switched off, by kind: {kind: [channel]}")
    quiet_from = models.TimeField(null=True, help_text="From when their telephone stays silent")
    quiet_until = models.TimeField(null=True, help_text="Until when it does; before `quiet_from`: the next morning")
    digest_at = models.TimeField(null=True, help_text="When the daily summary goes; without one there is none")
    language = models.CharField(max_length=10, blank=True, help_text="Empty: the provider's")
    ended = models.CharField(
        max_length=60, blank=True, default="", db_default="",
        help_text="Channels that led to them once and ended: email carries what these should have",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | (Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until"))),
                name="quiet_hours_begin_and_end",
            )
        ]

    def __str__(self) -> str:
        return f"preferences of {self.user_id}"


class MessagingSettings(Row):
    """What a provider offers: by which channels each kind goes, and when telephones of people stay silent."""

    only = models.BooleanField(default=True, editable=False, unique=True)
    channels = models.JSONField(
        default=dict, help_text="By which channels a kind goes, where it is not as usual: {kind: [channel]}"
    )
    quiet_from = models.TimeField(null=True, blank=True, help_text="For those who have no quiet hours of their own")
    quiet_until = models.TimeField(null=True, blank=True)

    objects = OneRow.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(only=True), name="messaging_has_one_row_of_settings"),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | (Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until"))),
                name="usual_quiet_hours_begin_and_end",
            ),
        ]

    def __str__(self) -> str:
        return "messaging settings"
