"""What earns a certificate, and how certificates look."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import User
from shared_apps.core.lines import LineField
from shared_apps.core.models import OneRow, Row
from shared_apps.core.personal import personal


class Wants(models.TextChoices):
    """Which result of an assessment a course asks for."""

    NOTHING = "nothing", _("no assessment")
    PASS = "pass", _("pass or fail")
    MARK = "mark", _("a mark in per cent")


class CourseRule(Row):
    """What earns a certificate of one course, and how long it is valid. Without a row, the defaults hold."""

    course = models.OneToOneField("catalogue.Course", models.CASCADE, related_name="certificate_rule")
    issues = models.BooleanField(default=True, help_text="Whether this course gives certificates")
    share_percent = models.PositiveSmallIntegerField(
        default=100, validators=[MaxValueValidator(100)], help_text="Of its days, how many one must have come to"
    )
    wants = models.CharField(max_length=10, choices=Wants, default=Wants.NOTHING)
    pass_mark = models.PositiveSmallIntegerField(
        default=60, validators=[MaxValueValidator(100)], help_text="In per cent, where a mark is asked for"
    )
    valid_months = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(600)],
        help_text="None: it never expires",
    )  # fmt: skip
    renewed_by = models.ForeignKey(
        "catalogue.Course", models.SET_NULL, null=True, blank=True, related_name="+",
        help_text="The course that renews it; None: this one",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(share_percent__lte=100), name="a_share_of_days_is_a_percentage"),
            models.CheckConstraint(condition=Q(pass_mark__lte=100), name="a_pass_mark_is_a_percentage"),
            models.CheckConstraint(
                condition=Q(valid_months=None) | Q(valid_months__range=(1, 600)),
                name="a_certificate_is_valid_for_a_month_or_more",
            ),
        ]

    def __str__(self) -> str:
        return f"certificates of {self.course}"


class Result(Row):
    """How somebody did in the assessment of one session, as the trainer wrote it down.

    `attendee_id` is the row of their seat, as in registers.
    """

    PERSONAL: ClassVar = personal(about=["attendee_id"], shows=["session_id", "passed", "mark"], note="")

    session = models.ForeignKey("scheduling.Session", models.PROTECT, related_name="results")
    attendee_id = models.UUIDField(help_text="The row of their seat")
    passed = models.BooleanField(null=True, help_text="None: a mark says it")
    mark = models.PositiveSmallIntegerField(null=True, blank=True, help_text="In per cent; None: passed or not")
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", help_text="Who wrote it down last")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "attendee_id"], name="one_result_per_session_and_seat"),
            models.CheckConstraint(condition=Q(mark=None) | Q(mark__lte=100), name="a_mark_is_a_percentage"),
            models.CheckConstraint(
                condition=Q(passed=None, mark__isnull=False) | Q(passed__isnull=False, mark=None),
                name="a_result_is_a_mark_or_passed_or_not",
            ),
        ]

    def __str__(self) -> str:
        if self.mark is not None:
            return f"{self.mark} %"
        return str(_("passed") if self.passed else _("not passed"))


class Design(models.TextChoices):
    """How a certificate is laid out."""

    FRAME = "frame", _("Framed")
    MOSAIC = "mosaic", _("Mosaic")
    PLAIN = "plain", _("Plain")


class CertificateSettings(Row):
    """A provider's choices about certificates: design, words and when people are reminded. One row."""

    only = models.BooleanField(default=True, editable=False, unique=True)
    by_itself = models.BooleanField(default=True, help_text="Whether they are issued when a session is over")
    remind_days = models.PositiveSmallIntegerField(
        default=60, validators=[MaxValueValidator(365)], help_text="Before one expires. 0: nobody is reminded"
    )
    design = models.CharField(max_length=10, choices=Design, default=Design.FRAME)
    heading = LineField(max_length=80, default="Certificate of completion")
    lead = LineField(max_length=120, blank=True, default="This certifies that")
    statement = models.TextField(
        max_length=600, default="has completed the course", help_text="Between the name and the course; Liquid"
    )
    small_print = models.TextField(max_length=600, blank=True, default="", help_text="At the foot; Liquid")
    signed_by = LineField(max_length=120, blank=True, help_text="Who signs, and as what; empty: the trainer")

    objects = OneRow.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(only=True), name="there_is_one_row_of_certificate_settings"),
            models.CheckConstraint(condition=Q(remind_days__lte=365), name="people_are_reminded_within_a_year"),
            models.CheckConstraint(condition=~Q(heading="") & ~Q(statement=""), name="a_certificate_says_what_it_is"),
        ]

    def __str__(self) -> str:
        return "settings of certificates"
