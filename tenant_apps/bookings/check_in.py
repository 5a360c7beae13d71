"""The code that an attendee shows at the door. Whoever of the staff scans it marks that person present for today."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import segno
from django.db.models import QuerySet

from shared_apps.accounts.models import User
from shared_apps.core.lines import one_line
from shared_apps.core.signing import BadSignature, said_key, sign_key, unsign_key
from shared_apps.core.time import now
from shared_apps.tenants.urls import tenant_url
from tenant_apps.bookings.models import Attendee, Booking, BookingStatus
from tenant_apps.scheduling.attendance import Mark, mark_attendance
from tenant_apps.scheduling.models import CAME, Attendance, AttendanceStatus, SessionDay

PURPOSE = "check-in"
MOST_CODES = 8  # in one email or on one page; the others have emails of their own, or are found by name
PIXELS, QUIET = 6, 4


@dataclass(frozen=True)
class Code:
    """One attendee's code, and whose it is where that may be said."""

    name: str
    token: str

    @property
    def link(self) -> str:
        """Where it leads."""
        return tenant_url("check_in", self.token)

    @property
    def picture(self) -> str:
        """Its picture, for emails; pages have it at their own address."""
        return tenant_url("check_in_code", self.token)


def codes_of(booking: Booking, *, email: str = "") -> list[Code]:
    """The codes of those who come by `booking`, or of those of them with this `email`; none where there is no door."""
    if booking.status != BookingStatus.CONFIRMED or booking.session.place_id is None:
        return []
    rows = [row for row in booking.attendees.all() if not email or row.email.lower() == email.lower()]
    # Whoever has an address of their own hears of their code, which says nothing of who they are.
    return [_code(row, named=not email) for row in rows[:MOST_CODES]]


def _code(row: Attendee, *, named: bool) -> Code:
    return Code(one_line(row.name) if named else "", sign_key(_purpose(row), row.pk))


def _purpose(row: Attendee) -> str:
    """What the code of whoever sits on this seat now is signed for; that of who sat there before is worth nothing."""
    return f"{PURPOSE}:{row.link_number}" if row.link_number else PURPOSE


def attendee_of(token: str) -> Attendee | None:
    """Whom a scanned code is of; None if it is none of ours, or of somebody in whose place somebody else comes."""
    rows: QuerySet[Attendee] = Attendee.objects.select_related("booking__session__course")
    try:
        found = rows.filter(pk=said_key(token)).first()
        if found:
            unsign_key(_purpose(found), token)
    except BadSignature:
        return None
    return found


def picture_of(token: str) -> bytes:
    """The code as PNG."""
    drawn = BytesIO()
    segno.make(tenant_url("check_in", token), error="m", micro=False).save(
        drawn, kind="png", scale=PIXELS, border=QUIET
    )
    return drawn.getvalue()


def day_to_check_in(attendee: Attendee, moment: datetime | None = None) -> SessionDay | None:
    """The day of their session that is today, or under way since yesterday; None where there is none."""
    moment = moment or now()
    for day in attendee.booking.session.days.filter(live=True).order_by("starts_at"):
        begins, today = day.starts_at.astimezone(day.zone).date(), moment.astimezone(day.zone).date()
        if begins == today or day.starts_at <= moment <= day.ends_at:
            return day
    return None


def mark_present(attendee: Attendee, day: SessionDay, *, by: User, device: str = "") -> Attendance:
    """They are here. Whoever was marked present or late already stays so."""
    row = Attendance.objects.filter(day=day, attendee_id=attendee.pk).first()
    if row is not None and row.status in CAME:
        return row
    mark = Mark(attendee_id=attendee.pk, status=AttendanceStatus.ATTENDED)
    return mark_attendance(day=day, marks=[mark], by=by, device=device)[attendee.pk]
