"""One calendar: whatever is taught is a Session, so nobody and nothing is ever in two places."""

from tenant_apps.scheduling.models.attendance import CAME, MARKED, Attendance, AttendanceMark, AttendanceStatus
from tenant_apps.scheduling.models.claims import ClaimKind, SeatClaim
from tenant_apps.scheduling.models.days import SessionDay
from tenant_apps.scheduling.models.hours import Availability, Holiday, TimeOff, Weekday
from tenant_apps.scheduling.models.notices import CourseNotices, NoticeTimes, SessionNotices
from tenant_apps.scheduling.models.offers import Offer
from tenant_apps.scheduling.models.places import Place, Room, Vehicle
from tenant_apps.scheduling.models.series import SessionSeries
from tenant_apps.scheduling.models.sessions import Session, SessionQuerySet, team_at
from tenant_apps.scheduling.models.team import (
    ASSESSING,
    LEADING,
    TEACHING,
    TeamDay,
    TeamMember,
    TeamRole,
    on_team,
    taught_by,
)
from tenant_apps.scheduling.states import AHEAD, OPEN, PLANNED, OfferStatus, SessionStatus

__all__ = [
    "AHEAD", "ASSESSING", "CAME", "LEADING", "MARKED", "OPEN", "PLANNED", "TEACHING", "Attendance", "AttendanceMark",
    "AttendanceStatus", "Availability", "ClaimKind", "CourseNotices", "Holiday", "NoticeTimes", "Offer", "OfferStatus",
    "Place", "Room", "SeatClaim", "Session", "SessionDay", "SessionNotices", "SessionQuerySet", "SessionSeries",
    "SessionStatus", "TeamDay", "TeamMember", "TeamRole", "TimeOff", "Vehicle", "Weekday", "on_team", "taught_by",
    "team_at",
]  # fmt: skip
