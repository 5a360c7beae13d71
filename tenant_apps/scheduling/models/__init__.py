"""One calendar: whatever is taught is a Session, so nobody and nothing is ever in two places."""

from tenant_apps.scheduling.models.attendance import CAME, MARKED, Attendance, AttendanceMark, AttendanceStatus
from tenant_apps.scheduling.models.claims import ClaimKind, SeatClaim
from tenant_apps.scheduling.models.days import SessionDay
from tenant_apps.scheduling.models.hours import Availability, Holiday, TimeOff, Weekday
from tenant_apps.scheduling.models.notices import CourseNotices, NoticeTimes, SessionNotices
from tenant_apps.scheduling.models.offers import Offer
from tenant_apps.scheduling.models.places import Place, Room, Vehicle
from tenant_apps.scheduling.models.sessions import Session, SessionQuerySet
from tenant_apps.scheduling.states import AHEAD, OPEN, PLANNED, OfferStatus, SessionStatus

__all__ = [
    "AHEAD", "CAME", "MARKED", "OPEN", "PLANNED", "Attendance", "AttendanceMark", "AttendanceStatus", "Availability",
    "ClaimKind", "CourseNotices", "Holiday", "NoticeTimes", "Offer", "OfferStatus", "Place", "Room", "SeatClaim",
    "Session", "SessionDay", "SessionNotices", "SessionQuerySet", "SessionStatus", "TimeOff", "Vehicle", "Weekday",
]  # fmt: skip
