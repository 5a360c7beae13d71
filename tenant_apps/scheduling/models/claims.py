"""Who has seats of a session."""

from django.db import models
from django.db.models import Q

from shared_apps.core.models import Row
from tenant_apps.scheduling.models.sessions import Session


class ClaimKind(models.TextChoices):
    """What seats are kept for."""

    CHECKOUT = "checkout", "held for whoever is paying"
    OFFICE = "office", "held by the office"
    OFFER = "offer", "offered to somebody"
    CONFIRMED = "confirmed", "confirmed"


class SeatClaim(Row):
    """Seats of a session that somebody has now; the row ends when they are given back.

    `holder_id` is the row that has them, a booking or an offer, and decides when they are given back: `until` says what
    it has decided (None: no end). The session counts its claims. Both are written by `scheduling.claims` alone.
    """

    session = models.ForeignKey(Session, models.PROTECT, related_name="claims")
    holder_id = models.UUIDField(unique=True)
    seats = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=ClaimKind)
    until = models.DateTimeField(null=True)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="seat_claims", help_text="For whom")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(seats__gte=1), name="claim_has_a_seat"),
            models.CheckConstraint(
                condition=~Q(kind=ClaimKind.CONFIRMED) | Q(until=None), name="confirmed_seats_have_no_end"
            ),
            models.CheckConstraint(
                condition=~Q(kind=ClaimKind.OFFER) | Q(until__isnull=False), name="offered_seats_have_an_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seats} {self.kind}"
