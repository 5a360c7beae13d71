"""Who came to which day of a session."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from shared_apps.accounts.models import User
from shared_apps.core.models import Row
from shared_apps.core.personal import personal
from tenant_apps.scheduling.models.days import SessionDay


class AttendanceStatus(models.TextChoices):
    """How somebody stands to one day of a session."""

    INVITED = "invited", "invited"
    CONFIRMED = "confirmed", "confirmed"
    ATTENDED = "attended", "present"
    LATE = "late", "late"
    ABSENT = "absent", "absent"
    CANCELLED = "cancelled", "cancelled"


CAME = (AttendanceStatus.ATTENDED, AttendanceStatus.LATE)
MARKED = (*CAME, AttendanceStatus.ABSENT)  # what a register says once the day has begun


class Attendance(Row):
    """How one person stands to one day, as the latest mark says it; without a row, as their booking does.

    `attendee_id` is the row of their seat, whatever app has it: see `attendance.who_sits`. All marks are kept in
    `marks`. They are written by `attendance.mark_attendance` alone.
    """

    PERSONAL: ClassVar = personal(
        about=["attendee_id"], shows=["day_id", "status", "marked_at"], note="", signature="", signed_as=""
    )

    day = models.ForeignKey(SessionDay, models.PROTECT, related_name="attendance")
    attendee_id = models.UUIDField(db_index=True, help_text="The row of their seat")
    status = models.CharField(max_length=10, choices=AttendanceStatus)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", help_text="Who marked it")
    marked_at = models.DateTimeField(help_text="When it was marked, on the clock of the device, corrected by ours")
    device = models.CharField(max_length=60, blank=True, help_text="On what it was marked, in words")
    signature = models.FileField(upload_to="private/signatures/", blank=True)
    signed_as = models.CharField(max_length=100, blank=True, help_text="The name, where it was typed instead of drawn")
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "attendee_id"], name="one_attendance_per_day_and_seat"),
            models.CheckConstraint(
                condition=Q(signature="", signed_as="") | Q(signed_at__isnull=False), name="a_signature_says_when"
            ),
            models.CheckConstraint(condition=Q(signed_at=None) | Q(status__in=CAME), name="who_signed_has_come"),
        ]

    def __str__(self) -> str:
        return self.status

    @property
    def came(self) -> bool:
        """Whether they were there, late or not."""
        return self.status in CAME


class AttendanceMark(Row):
    """One mark as somebody made it, also one that a later one had overtaken; never changed.

    `marked_at` is when it was made, `created_at` when it came to us: a phone without signal sends it later.
    """

    PERSONAL: ClassVar = personal(about=["attendance__attendee_id"], shows=["status", "marked_at"], note="")

    attendance = models.ForeignKey(Attendance, models.CASCADE, related_name="marks")
    key = models.UUIDField(null=True, unique=True, help_text="Of the device that sent it: sent twice, written once")
    status = models.CharField(max_length=10, choices=AttendanceStatus)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    marked_at = models.DateTimeField()
    device = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["marked_at", "created_at"]

    def __str__(self) -> str:
        return self.status
