"""What happened here: audit trail, timeline and outbox in one."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from shared_apps.core.models import Row
from shared_apps.core.personal import personal, without
from shared_apps.core.time import now


class Event(Row):
    """One thing that happened. Never changed, never deleted."""

    # Payloads name rows and fields, and quote nobody; what somebody gave as a reason stands there again.
    PERSONAL: ClassVar = (
        *personal(users=["by_id"], shows=["name", "created_at"], by_name=""),
        *personal(about=["subject_id"], hidden=True, note="", payload=without("reason")),
    )

    name = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1, db_default=1, help_text="Of what the payload means")
    payload = models.JSONField(default=dict)
    by_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=254, blank=True)
    subject_id = models.UUIDField(null=True)
    note = models.CharField(max_length=500, blank=True)
    position = models.BigIntegerField(null=True, unique=True, help_text="See `since`; None until somebody has read it")

    class Meta:
        indexes = [
            models.Index(fields=["subject_id", "id"], name="event_timeline"),
            models.Index(fields=["name", "id"], name="event_by_name"),
            models.Index(fields=["id"], condition=Q(position=None), name="event_without_position"),
        ]

    def __str__(self) -> str:
        return self.name


MOST_ATTEMPTS = 12  # of a delivery: over about two and a half hours; then a person must look


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Deliveries, by whether they still wait."""

    def waiting(self) -> "DeliveryQuerySet":
        """Those that are still tried by themselves."""
        return self.filter(done_at=None, dropped_at=None, attempts__lt=MOST_ATTEMPTS)

    def given_up(self) -> "DeliveryQuerySet":
        """Those that failed so often that nobody tries them any more, and that nobody has dropped."""
        return self.filter(done_at=None, dropped_at=None, attempts__gte=MOST_ATTEMPTS)


class Delivery(Row):
    """One event on its way to one handler, which is stored by the name given to `bus.on`."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="deliveries")
    subject_id = models.UUIDField(null=True, help_text="The event's: of one subject a handler hears in order")
    handler = models.CharField(max_length=200)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=now)
    done_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True, help_text="When somebody said that it is not needed any more")
    error = models.TextField(blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="an_event_reaches_a_handler_once")]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(done_at=None), name="delivery_due"),
            models.Index(fields=["subject_id", "handler"], condition=Q(done_at=None), name="delivery_in_order"),
        ]


class Transition(Row):
    """One move of one row from a state to another: who did it as what, why, and (`created_at`) when.

    Never changed. It is for people who look back: no rule reads it, as the row itself says in which state it is.
    """

    PERSONAL: ClassVar = (
        *personal(users=["by_id"], shows=["table", "before", "after", "created_at"], by_name=""),
        *personal(about=["row_id"], hidden=True, reason=""),
    )

    table = models.CharField(max_length=60, help_text="Of the row, such as bookings.booking")
    row_id = models.UUIDField()
    field = models.CharField(max_length=30)
    before = models.CharField(max_length=20)
    after = models.CharField(max_length=20)
    by_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=254, blank=True)
    acting = models.CharField(max_length=40, help_text="An actor, or the permission that it took")
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["row_id", "id"], name="transitions_of_row")]

    def __str__(self) -> str:
        return f"{self.table} {self.before} → {self.after}"


class AnsweredRequest(Row):
    """A request with an Idempotency-Key and the answer it got, so that asking again does nothing again."""

    PERSONAL: ClassVar = personal(users=["user_id"], gone=True, shows=["created_at"], body=None)

    key = models.CharField(max_length=255)
    user_id = models.UUIDField(null=True)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of method, path and body")
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "user_id"], nulls_distinct=False, name="one_answer_per_key_and_user")
        ]
        indexes = [models.Index(fields=["created_at"], name="answered_request_age")]
