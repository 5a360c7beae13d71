from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from shared_apps.core.types import JsonObject
from shared_apps.events.bus import DomainEvent, Find, Told
from tenant_apps.scheduling.states import Planned


@dataclass(frozen=True, kw_only=True)
class SessionScheduled(
    DomainEvent, name="session.scheduled", told=Told(_("Put on the calendar"), "calendar-plus", "info")
):
    """A session is on the calendar now."""

    session_id: UUID


@dataclass(frozen=True, kw_only=True)
class SessionDrafted(DomainEvent, name="session.drafted", told=Told(_("Drafted"), "circle-dashed")):
    """A session is being planned; only the office sees it."""

    session_id: UUID


@dataclass(frozen=True, kw_only=True)
class TentativeChanged(
    DomainEvent, name="session.tentative_changed", told=Told(_("Another minimum or day to decide"), "pencil")
):
    """A tentative session runs from `minimum` bookings from now on, or is decided at another time."""

    session_id: UUID
    minimum: int


@dataclass(frozen=True, kw_only=True)
class SessionRuns(DomainEvent, name="session.runs", told=Told(_("It takes place"), "circle-check", "success")):
    """A tentative session takes place; `by_itself`: since enough have booked, or it begins with whoever is booked."""

    session_id: UUID
    by_itself: bool = False


@dataclass(frozen=True, kw_only=True)
class CourseNoticesChanged(
    DomainEvent, name="course.notices_changed", told=Told(_("Other times for messages around its sessions"), "mail")
):
    """A course has times of its `own` for what people hear before and after its sessions, other ones, or no longer."""

    course_id: UUID
    own: bool


@dataclass(frozen=True, kw_only=True)
class SessionToDecide(DomainEvent, name="session.to_decide", told=Told(_("To be decided now"), "hourglass", "warning")):
    """The time has come to say whether a tentative session takes place, and too few have booked."""

    session_id: UUID


@dataclass(frozen=True, kw_only=True)
class SessionRescheduled(
    DomainEvent, name="session.rescheduled", told=Told(_("Put on another date"), "calendar-days", "info")
):
    """A session is another one from now on, `to_id`, on other days; whoever was booked is booked there."""

    session_id: UUID
    to_id: UUID


@dataclass(frozen=True, kw_only=True)
class SessionTookOver(DomainEvent, name="session.took_over", told=Told(_("Put on this date"), "calendar-plus", "info")):
    """A session stands in the place of `from_id`, which was on other days."""

    session_id: UUID
    from_id: UUID


@dataclass(frozen=True, kw_only=True)
class SessionsTakenBack(
    DomainEvent, name="course.sessions_taken_back", told=Told(_("Dates taken off the calendar again"), "undo-2")
):
    """Sessions are off the calendar as if they had never been on it; nobody was booked. `days`: their first ones.

    `made_since`: when the first of them was made (ISO 8601), where they were a mistake that was undone.
    """

    course_id: UUID
    days: str
    made_since: str = ""


def _how_many(payload: JsonObject) -> list[str]:
    n = payload.get("sessions", 0)
    return [ngettext("%d session", "%d sessions", n) % n]


@dataclass(frozen=True, kw_only=True)
class SeriesScheduled(
    DomainEvent, name="series.scheduled", told=Told(_("Series put on the calendar"), "calendar-range", "info")
):
    """So many `sessions` are on the calendar now, by one rule."""

    series_id: UUID
    sessions: int

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return _how_many(payload)


@dataclass(frozen=True, kw_only=True)
class SeriesExtended(DomainEvent, name="series.extended", told=Told(_("Series goes on"), "calendar-plus", "info")):
    """A series has so many `sessions` more."""

    series_id: UUID
    sessions: int

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return _how_many(payload)


@dataclass(frozen=True, kw_only=True)
class SeriesChanged(DomainEvent, name="series.changed", told=Told(_("Changed from one date on"), "pencil")):
    """A series is otherwise from `since`, ISO 8601, on: so many `sessions` were changed; each says itself in what."""

    series_id: UUID
    sessions: int
    since: str
    fields: list[str]

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return _how_many(payload)


@dataclass(frozen=True, kw_only=True)
class SeriesEndedEarly(
    DomainEvent, name="series.ended_early", told=Told(_("Called off from one date on"), "circle-x", "error")
):
    """The `sessions` of a series from `since`, ISO 8601, on are called off, or those of them nobody booked are gone."""

    series_id: UUID
    sessions: int
    since: str

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return _how_many(payload)


@dataclass(frozen=True, kw_only=True)
class SessionChanged(DomainEvent, name="session.changed", told=Told(_("Changed"), "pencil")):
    """`moved`: its time, place or link is another one; `elsewhere`: its time or place.

    `undone_since`: an instant, ISO 8601, since when it was otherwise; nobody was told, and it is again as it was.
    """

    session_id: UUID
    changes: dict[str, list[str]]
    moved: bool
    elsewhere: bool = False
    undone_since: str = ""


@dataclass(frozen=True, kw_only=True)
class SessionMoved(
    DomainEvent, name="session.moved", told=Told(_("Those booked were told of the change"), "mail", "info")
):
    """Those booked are to be told of another time or place: `before` is the `snapshot` they know, with `since` when.

    Who booked since then knows it as one of `later` there, which are snapshots with `since` when it was so.
    `sequence` numbers the session's moves, for calendars; `note` is what the office adds.
    """

    session_id: UUID
    before: JsonObject
    note: str
    sequence: int


@dataclass(frozen=True, kw_only=True)
class SessionBegan(DomainEvent, name="session.began", told=Told(_("Began"), "play", "info")):
    """The first day of a session has begun."""

    session_id: UUID


@dataclass(frozen=True, kw_only=True)
class SessionEnded(DomainEvent, name="session.ended", told=Told(_("Over"), "flag")):
    """The last day of a session is over."""

    session_id: UUID


@dataclass(frozen=True, kw_only=True)
class AttendanceMarked(DomainEvent, name="attendance.marked", told=Told(_("Register marked"), "clipboard-check")):
    """Somebody marked how the attendees of these seats stand to one day of a session."""

    session_id: UUID
    day_id: UUID
    attendee_ids: list[str]

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        people = len(payload.get("attendee_ids", []))
        return [ngettext("%d person", "%d people", people) % people]


@dataclass(frozen=True, kw_only=True)
class SessionNoticeDue(
    DomainEvent, name="session.notice_due", told=Told(_("Those booked were written to, as planned"), "mail", "info")
):
    """The time has come for one of the notices before or after a session: `notice` is a `Planned`, due at `at`.

    `begins`: the day that it is about, the first one or one after a gap; empty in those of before: the first one.
    """

    session_id: UUID
    notice: str
    at: str
    begins: str = ""

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return [str(Planned(payload["notice"]).label)] if payload.get("notice") in Planned.values else []


@dataclass(frozen=True, kw_only=True)
class PlaceChanged(DomainEvent, name="place.changed", told=Told(_("Place changed"), "map-pin")):
    """A place was added or changed; `fields` names what, `rooms` are those it has now, as `Room.line`."""

    place_id: UUID
    fields: list[str]
    rooms: list[str]


@dataclass(frozen=True, kw_only=True)
class HoursChanged(DomainEvent, name="trainer.hours_changed", told=Told(_("Weekly hours changed"), "clock")):
    """A trainer teaches at other hours of the week."""

    trainer_id: UUID


@dataclass(frozen=True, kw_only=True)
class TimeOffPlanned(DomainEvent, name="trainer.time_off_planned", told=Told(_("Time off"), "calendar-off", "info")):
    """A trainer is away from one instant to another, ISO 8601."""

    trainer_id: UUID
    starts_at: str
    ends_at: str


@dataclass(frozen=True, kw_only=True)
class TimeOffDropped(DomainEvent, name="trainer.time_off_dropped", told=Told(_("Time off taken back"), "undo-2")):
    """A trainer is not away then after all."""

    trainer_id: UUID
    starts_at: str
    ends_at: str


@dataclass(frozen=True, kw_only=True)
class HolidayPlanned(DomainEvent, name="holiday.planned", told=Told(_("Holiday"), "calendar-off", "info")):
    """Nothing is taught on some days, both included, ISO 8601."""

    holiday_id: UUID
    starts_on: str
    ends_on: str


@dataclass(frozen=True, kw_only=True)
class HolidayDropped(DomainEvent, name="holiday.dropped", told=Told(_("Holiday taken off the calendar"), "undo-2")):
    """What was a holiday is none."""

    holiday_id: UUID
    starts_on: str
    ends_on: str


@dataclass(frozen=True, kw_only=True)
class SessionCancelledByOffice(DomainEvent, name="session.cancelled", told=Told(_("Called off"), "circle-x", "error")):
    """A session was called off; `reason` is what the office says to those booked, perhaps nothing."""

    session_id: UUID
    reason: str = ""


def _whom(find: Find) -> list[str]:
    offer = find("offer_id")
    return [str(offer.person)] if offer else []


@dataclass(frozen=True, kw_only=True)
class OfferMade(DomainEvent, name="offer.made", told=Told(_("Offered to the next in line"), "hourglass", "info")):
    """What came free was offered to the next one in the line called `line`."""

    offer_id: UUID
    line: str

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return _whom(find)


@dataclass(frozen=True, kw_only=True)
class OfferAccepted(
    DomainEvent, name="offer.accepted", told=Told(_("Offer accepted"), "circle-check", "success"), by_visitor=True
):
    """They took it."""

    offer_id: UUID

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return _whom(find)


@dataclass(frozen=True, kw_only=True)
class OfferDeclined(DomainEvent, name="offer.declined", told=Told(_("Offer declined"), "circle-x"), by_visitor=True):
    """They did not want it."""

    offer_id: UUID

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return _whom(find)


@dataclass(frozen=True, kw_only=True)
class OfferLapsed(DomainEvent, name="offer.lapsed", told=Told(_("Offer ran out"), "timer-off", "warning")):
    """They did not answer in time."""

    offer_id: UUID
    line: str = ""

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return _whom(find)


@dataclass(frozen=True, kw_only=True)
class OfferWithdrawn(DomainEvent, name="offer.withdrawn", told=Told(_("Offer withdrawn"), "undo-2", "warning")):
    """It is not to be had any more; `called_off`: since what was offered does not take place."""

    offer_id: UUID
    line: str = ""
    called_off: bool = False

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return _whom(find)
