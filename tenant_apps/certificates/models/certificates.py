"""What somebody was given for a course that they completed."""

import secrets
from datetime import date, datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import Visitor
from shared_apps.accounts.roles import CONTACT
from shared_apps.core.lines import LineField, NameField
from shared_apps.core.models import Row
from shared_apps.core.permissions import can
from shared_apps.core.personal import ERASED_NAME, personal
from shared_apps.core.search import found_by, found_by_index
from shared_apps.core.time import local_today, midnight
from shared_apps.tenants.urls import tenant_url
from tenant_apps.people.models import persons_of
from tenant_apps.scheduling.models import taught_by

EXPIRING = timedelta(days=60)  # before it expires
CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # as `core.ids`: none is taken for another
CODE_LENGTH = 24  # of 31 letters: 118 bits


class CertificateStatus(models.TextChoices):
    """How a certificate stands, by its dates alone."""

    VALID = "valid", _("valid")
    EXPIRING = "expiring", _("expires soon")
    EXPIRED = "expired", _("expired")
    REVOKED = "revoked", _("revoked")


STATUSES = [str(value) for value in CertificateStatus.values]


def new_code() -> str:
    """What opens the public page of a certificate, and nobody guesses."""
    return "".join(secrets.choice(CODE_LETTERS) for _n in range(CODE_LENGTH))


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Certificates, by how they stand and who may see them."""

    def standing(self) -> Self:
        """Those that were not revoked, expired ones too."""
        return self.filter(revoked_at=None)

    def of_status(self, status: str) -> Self:
        """Those that stand so today."""
        today = local_today()
        if status == CertificateStatus.REVOKED:
            return self.exclude(revoked_at=None)
        if status == CertificateStatus.EXPIRED:
            return self.standing().filter(expires_on__lt=today)
        soon = Q(expires_on__range=(today, today + EXPIRING))
        if status == CertificateStatus.EXPIRING:
            return self.standing().filter(soon)
        return self.standing().exclude(soon).filter(Q(expires_on=None) | Q(expires_on__gte=today))

    def visible_to(self, user: Visitor) -> Self:
        """The office sees all, a trainer those of their sessions; anybody else their own.

        Whoever booked for others sees theirs, and a company's contact those of its people.
        """
        if not user.is_authenticated:
            return self.none()
        if can(user, "certificates.view") and user.sees_all:
            return self
        mine = Q(person__in=persons_of(user)) | Q(booking__buyer__in=persons_of(user))
        if can(user, "certificates.view"):
            mine |= taught_by(user, "session")
        if CONTACT in user.roles:
            mine |= Q(organisation__people__user_id=user.pk)
        return self.filter(pk__in=self.model.objects.filter(mine).order_by().values("pk"))


class Certificate(Row):
    """What somebody was given for a course. What it says is as it was then, and never changed.

    A wrong name, or anything else, is put right by another certificate that `replaces` this one, which is revoked.
    """

    PERSONAL: ClassVar = personal(
        people=["person"], shows=["number", "course_title", "ends_on", "expires_on"], name=ERASED_NAME, company="",
        revoke_reason="", result="",
    )  # fmt: skip

    number = models.CharField(max_length=30, unique=True)
    code = models.CharField(max_length=40, unique=True, default=new_code, help_text="Of its public page")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="certificates")
    course = models.ForeignKey("catalogue.Course", models.PROTECT, related_name="certificates")
    session = models.ForeignKey(
        "scheduling.Session", models.PROTECT, null=True, blank=True, related_name="certificates"
    )
    attendee_id = models.UUIDField(null=True, blank=True, help_text="The row of the seat that it was earned on")
    booking = models.ForeignKey("bookings.Booking", models.PROTECT, null=True, blank=True, related_name="certificates")
    organisation = models.ForeignKey(
        "people.Organisation", models.SET_NULL, null=True, blank=True, related_name="certificates",
        help_text="Whose people they are among",
    )  # fmt: skip
    # As it is printed.
    name = NameField()
    company = LineField(max_length=200, blank=True)
    course_title = models.CharField(max_length=160)
    trainer_name = models.CharField(max_length=120, blank=True)
    assessor_name = models.CharField(max_length=120, blank=True, db_default="")
    begins_on = models.DateField()
    ends_on = models.DateField(help_text="When it was completed")
    result = models.CharField(max_length=40, blank=True)
    words = models.JSONField(default=dict, help_text="What it says besides, as the settings had it then")
    issued_at = models.DateTimeField()
    expires_on = models.DateField(null=True, blank=True, help_text="Its last day; None: never")
    by_hand = models.BooleanField(default=False, help_text="The office gave it, whether it was earned or not")
    remind_at = models.DateTimeField(null=True, blank=True, help_text="When they are to be told that it expires")
    reminded_at = models.DateTimeField(
        null=True, blank=True, help_text="When they were told that, of it or of one that it replaces"
    )
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoke_reason = models.CharField(max_length=300, blank=True)
    found_by = found_by(named=["name"], known=["number", "course_title", "company"])

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "attendee_id"], condition=Q(revoked_at=None, attendee_id__isnull=False),
                name="one_standing_certificate_per_session_and_seat",
            ),
            models.CheckConstraint(
                condition=Q(code__regex=rf"^[{CODE_LETTERS}]{{{CODE_LENGTH}}}$"), name="codes_are_too_long_to_guess"
            ),
            models.CheckConstraint(
                condition=Q(begins_on__lte=models.F("ends_on")), name="a_course_is_completed_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=models.F("ends_on")),
                name="a_certificate_expires_after_it_was_earned",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=False) | Q(revoke_reason=""), name="only_revoked_certificates_say_why"
            ),
            models.CheckConstraint(
                condition=Q(remind_at=None) | Q(revoked_at=None, expires_on__isnull=False),
                name="only_what_expires_is_reminded_of",
            ),
            models.CheckConstraint(
                condition=Q(remind_at=None) | Q(reminded_at=None), name="nobody_is_reminded_of_one_twice"
            ),
            models.CheckConstraint(condition=~Q(replaces=models.F("id")), name="no_certificate_replaces_itself"),
        ]  # fmt: skip
        indexes = [
            found_by_index("certificate"),
            models.Index(fields=["session"], name="certificate_by_session"),
            models.Index(fields=["-issued_at", "-id"], name="certificate_by_date"),
            models.Index(fields=["expires_on"], condition=Q(expires_on__isnull=False), name="certificate_by_end"),
            models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="certificate_to_remind"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def status(self) -> CertificateStatus:
        """How it stands today."""
        if self.revoked_at:
            return CertificateStatus.REVOKED
        if self.expires_on is None:
            return CertificateStatus.VALID
        today = local_today()
        if self.expires_on < today:
            return CertificateStatus.EXPIRED
        return CertificateStatus.EXPIRING if self.expires_on <= today + EXPIRING else CertificateStatus.VALID

    @property
    def status_label(self) -> str:
        """Its status in a word."""
        return str(self.status.label)

    @property
    def public_url(self) -> str:
        """The page on which anybody who has its code sees whether it is valid."""
        return tenant_url("certificate_verify", self.code)

    @property
    def expires_at(self) -> datetime | None:
        """The first moment at which it is not valid any more."""
        return midnight(self.expires_on, after=True) if self.expires_on else None

    @property
    def several_days(self) -> bool:
        """Whether it took more than a day."""
        return self.begins_on != self.ends_on

    @property
    def is_erased(self) -> bool:
        """Whether whoever held it asked to be forgotten."""
        return self.name == ERASED_NAME


def months_after(day: date, months: int) -> date:
    """The last day of so many months that begin with `day`: a year from 7 March 2026 ends on 7 March 2027."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError(day)
