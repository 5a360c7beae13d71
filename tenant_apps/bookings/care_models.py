"""Who looks after an attendee that is not of age."""

from typing import ClassVar

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import User
from shared_apps.core.lines import LineField
from shared_apps.core.models import MadeAt, Row
from shared_apps.core.personal import personal

LONGEST_NOTE = 1000


class ConsentHow(models.TextChoices):
    """How we know that a guardian agreed."""

    BUYER = "buyer", _("ticked by whoever booked")
    NAMES = "names", _("ticked by the link to the names")
    OFFICE = "office", _("told to the office, by telephone or on paper")


class Care(Row):
    """When an attendee was born and, of one under 18, who looks after them and what their guardian agreed to.

    It is of who sits on the seat: somebody else there is asked anew. It is not kept long, see `KEPT_DAYS`.
    """

    PERSONAL: ClassVar = (
        *personal(
            people=["attendee__person"], gone=True, shows=["attendee_id", "date_of_birth", "consented_at"],
            guardian_name="", guardian_phone="", guardian_email="", relation="", emergency_phone="", collectors="",
            note="",
        ),
        *personal(
            addresses=["guardian_email__iexact"], hidden=True,
            guardian_name="", guardian_phone="", guardian_email="", relation="", emergency_phone="",
        ),
        *personal(
            people=["attendee__booking__buyer"], only=Q(guardian_is_buyer=True), shows=["attendee_id", "consented_at"],
            guardian_name="", guardian_phone="", guardian_email="", relation="", emergency_phone="",
        ),
    )  # fmt: skip

    attendee = models.OneToOneField("bookings.Attendee", models.CASCADE, related_name="care")
    date_of_birth = models.DateField(null=True, blank=True)
    guardian_is_buyer = models.BooleanField(default=False)
    guardian_name = LineField(max_length=120, blank=True)
    guardian_phone = LineField(max_length=40, blank=True)
    guardian_email = models.EmailField(blank=True)
    relation = LineField(max_length=60, blank=True, help_text="What the guardian is to them, e.g. mother")
    collectors = LineField(max_length=300, blank=True, help_text="Who may collect them; empty: their guardian")
    emergency_phone = LineField(max_length=40, blank=True, help_text="Empty: the guardian's")
    note = models.TextField(
        blank=True, validators=[MaxLengthValidator(LONGEST_NOTE)],
        help_text="Of health and the like; read by the office and the session's trainers, and each reading is noted",
    )  # fmt: skip
    consent_version = models.ForeignKey("terms.TermsVersion", models.PROTECT, null=True, blank=True, related_name="+")
    consent_digest = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of the text that the guardian agreed to"
    )
    consented_at = models.DateTimeField(null=True, blank=True)
    consent_how = models.CharField(
        max_length=6, choices=ConsentHow, blank=True, default="", db_default="",
        help_text="How they agreed; empty: not at all, or before this was written down",
    )  # fmt: skip
    consent_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", help_text="Who was signed in there"
    )
    changed_at = MadeAt(auto_now=True)

    class Meta:
        verbose_name = "who looks after an attendee"
        constraints = [
            models.CheckConstraint(
                condition=Q(consented_at=None, consent_digest="", consent_version=None)
                | Q(consented_at__isnull=False) & ~Q(consent_digest=""),
                name="consent_says_when_and_to_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attendee_id}"

    @property
    def shown_emergency_phone(self) -> str:
        """The number to call in an emergency."""
        return self.emergency_phone or self.guardian_phone

    @property
    def shown_collectors(self) -> str:
        """Who may collect them: always the guardian, too."""
        named = self.guardian_name.casefold() in self.collectors.casefold()
        return self.collectors if named else ", ".join(filter(None, [self.guardian_name, self.collectors]))
