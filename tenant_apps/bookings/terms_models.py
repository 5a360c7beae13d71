"""Which version of the provider's terms was accepted with a booking."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import User
from shared_apps.core.lines import LineField
from shared_apps.core.models import Row
from shared_apps.core.personal import personal


class AcceptedBy(models.TextChoices):
    """How somebody accepted."""

    PAGE = "page", _("when booking on the site")
    LINK = "link", _("by the link of the booking")
    API = "api", _("by another program (API)")
    OFFICE = "office", _("told by telephone or at the desk")
    TRANSFER = "transfer", _("when moving to another date")
    EARLIER = "earlier", _("with an earlier booking")


class TermsAcceptance(Row):
    """A version of the booking terms was accepted with a booking. The database lets nobody change or delete it.

    Who accepted is whoever the booking is of; `by` is the account that was signed in: the buyer's, or for what was
    told by telephone that of who works here.
    """

    PERSONAL: ClassVar = personal(
        people=["booking__buyer"], shows=["booking_id", "version_id", "how", "accepted_at"], network=""
    )

    booking = models.ForeignKey("bookings.Booking", models.CASCADE, related_name="acceptances")
    version = models.ForeignKey("terms.TermsVersion", models.PROTECT, related_name="+")
    how = models.CharField(max_length=10, choices=AcceptedBy)
    accepted_at = models.DateTimeField()
    network = LineField(max_length=60, blank=True, help_text="Where it was sent from, as an IP address or network")
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-accepted_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["booking", "version"], name="a_version_is_accepted_once_with_a_booking"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}, {self.how}"
