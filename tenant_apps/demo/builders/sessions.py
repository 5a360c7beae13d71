"""The calendar: promised dates first, then every course's rhythm round them.

History cannot be scheduled by services, which refuse the past, so rows are written as they would have
left them. Days are only ever put where trainer and room are free, in the same way as the database checks.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from tenant_apps.catalogue.models import Course
from tenant_apps.demo.builders.happenings import say
from tenant_apps.demo.shapes import CourseData, SpecialDate
from tenant_apps.demo.stage import Stage
from tenant_apps.scheduling.events import SessionCancelledByOffice, SessionChanged, SessionScheduled
from tenant_apps.scheduling.models import Session, SessionDay, SessionStatus
from tenant_apps.scheduling.plan import Span, spans
from tenant_apps.scheduling.running import decision_time

ENOUGH, DECIDED = 5, 2  # seats that a tentative date runs from, and days until that is decided
FIRST_DAY, LAST_DAY = -62, 122  # days from today
# Month and day. The examples of the API reference schedule a session on these; they should work as they stand.
KEPT_FREE = ((1, 15), (1, 16), (1, 17))


class Calendar:
    """Who and what is busy when."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.taken: dict[str, list[Span]] = defaultdict(list)
        self.planned: list[tuple[Session, str]] = []

    def fill(self) -> list[tuple[Session, str]]:
        """All sessions, each with the kind of date it is: a special one's, or `usual`."""
        for special in self.stage.data.specials:
            self._add_special(special)
        regular = [course for course in self.stage.data.courses if course.rhythm.every]
        for number, course in enumerate(regular):
            start = FIRST_DAY + (number * 5) % course.rhythm.every
            for target in range(start, LAST_DAY, course.rhythm.every):
                days = self._free_days(course, target, course.rhythm.offsets)
                if days and not self._too_soon(course, days):
                    self.planned.append((self._put(course, days), "usual"))
        return self.planned

    def _too_soon(self, course: CourseData, days: list[Span]) -> bool:
        """Whether the course begins at nearly the same time already, on a special date."""
        apart = timedelta(days=course.rhythm.every * 0.4)
        begins = [session.starts_at for session, _ in self.planned if session.course.slug == course.slug]
        return any(abs(moment - days[0][0]) < apart for moment in begins)

    def _add_special(self, special: SpecialDate) -> None:
        course = self.stage.course_data(special.course)
        offsets = special.offsets or course.rhythm.offsets
        if special.kind == "in_progress":
            days = self._days(course, 0, self._round_today(course))
        else:
            days = self._free_days(course, special.starts_in, offsets, within=60)
        if not days:
            raise ValueError(f"No room in the calendar for {special}")
        live = special.kind not in ("cancelled", "rescheduled")
        session = self._put(course, days, capacity=special.capacity, live=live, notes=special.notes)
        if special.kind == "cancelled":
            self._cancel(session, special)
        elif special.kind == "rescheduled":
            self._reschedule(session, course, special, offsets)
        elif special.kind == "tentative":
            session.status, session.minimum = SessionStatus.TENTATIVE, min(ENOUGH, session.capacity)
            session.decide_by = decision_time(self.stage.today + timedelta(days=DECIDED), self.stage.zone)
        elif special.kind == "draft":
            session.status, session.visibility = SessionStatus.DRAFT, Session.Visibility.PRIVATE
            session.takes_bookings = False
        self.planned.append((session, special.kind))

    def _cancel(self, session: Session, special: SpecialDate) -> None:
        stage = self.stage
        session.status, session.takes_bookings = SessionStatus.CANCELLED, False
        session.started_at, session.finished_at, session.completion_notes = None, None, ""
        session.cancelled_at = min(session.starts_at - timedelta(days=6), stage.days_ago(1.3))
        event = SessionCancelledByOffice(session_id=session.pk)
        say(stage, event, at=session.cancelled_at, by=stage.office, subject=session, note=special.reason)

    def _reschedule(self, session: Session, course: CourseData, special: SpecialDate, offsets: Sequence[int]) -> None:
        stage = self.stage
        days = self._free_days(course, special.starts_in + 14, offsets, within=60)
        if not days:
            raise ValueError(f"Nowhere to move {special}")
        later = self._put(course, days, capacity=special.capacity, notes=special.notes)
        later.sequence = 1
        session.status, session.takes_bookings, session.rescheduled_to = SessionStatus.RESCHEDULED, False, later
        moment = min(session.starts_at - timedelta(days=5), stage.days_ago(2.2))
        moved = {"days": [f"{session.starts_at:%d %b}", f"{later.starts_at:%d %b}"]}
        event = SessionChanged(session_id=later.pk, changes=moved, moved=True)
        say(stage, event, at=moment, by=stage.office, subject=later, note=special.reason)
        self.planned.append((later, "usual"))

    def _round_today(self, course: CourseData) -> list[int]:
        """The last teaching day before today, today whatever day it is, and the next one."""
        teaches = [n for n in range(-15, 16) if self._suits(course, self._dates(n, [0]))]
        return [max(n for n in teaches if n < 0), 0, min(n for n in teaches if n > 0)]

    def _suits(self, course: CourseData, dates: Sequence[date]) -> bool:
        closed = (*self.stage.data.closed, *KEPT_FREE)
        return all(day.weekday() in course.rhythm.weekdays and (day.month, day.day) not in closed for day in dates)

    def _free_days(self, course: CourseData, target: int, offsets: Sequence[int], within: int = 14) -> list[Span]:
        for shift in range(within):
            days = self._days(course, target + shift, offsets)
            if self._suits(course, self._dates(target + shift, offsets)) and self._free(course, days):
                return days
        return []

    def _free(self, course: CourseData, days: list[Span]) -> bool:
        taken = [span for who in self._who(course) for span in self.taken[who]]
        return not any(overlaps(span, other) for span in days for other in taken)

    def _dates(self, start: int, offsets: Sequence[int]) -> list[date]:
        return [self.stage.today + timedelta(days=start + offset) for offset in offsets]

    def _days(self, course: CourseData, start: int, offsets: Sequence[int]) -> list[Span]:
        dates, rhythm = self._dates(start, offsets), course.rhythm
        clock = time.fromisoformat
        return spans(dates[0], dates[-1], clock(rhythm.begins), clock(rhythm.ends), only=dates)

    def _who(self, course: CourseData) -> Iterator[str]:
        yield f"trainer {course.trainer}"
        if course.rhythm.room:
            yield f"room {course.rhythm.room}"

    def _put(
        self, data: CourseData, days: list[Span], *, capacity: int | None = None, live: bool = True, notes: str = ""
    ) -> Session:
        stage = self.stage
        # On the session's own clock, as they are when they are read from the database.
        days = [(begins.astimezone(stage.zone), ends.astimezone(stage.zone)) for begins, ends in days]
        course: Course = stage.courses[data.slug]
        room = stage.rooms[data.rhythm.room] if data.rhythm.room else None
        made_at = stage.dice.between(days[0][0] - timedelta(days=95), days[0][0] - timedelta(days=75))
        made_at = min(made_at, stage.days_ago(70))
        session: Session = stage.add(
            Session(
                id=stage.dice.key(made_at), course=course, trainer=stage.trainers[data.trainer],
                place=room.place if room else None, room=room,
                online_url=_meeting(stage, data) if data.rhythm.online or not room else "",
                capacity=capacity or data.capacity, starts_at=days[0][0], ends_at=days[-1][1],
                instructor_notes=notes or data.notes, **_progress(days, stage.now),
            )
        )  # fmt: skip
        if session.finished_at and stage.data.completion_notes and stage.dice.random() < 0.35:
            session.completion_notes = stage.dice.choice(stage.data.completion_notes)
        for begins, ends in days:
            stage.add(
                SessionDay(
                    id=stage.dice.key(made_at), session=session, starts_at=begins, ends_at=ends, live=live,
                    trainer=session.trainer, room=room,
                )
            )  # fmt: skip
        if live:
            for who in self._who(data):
                self.taken[who] += days
        say(stage, SessionScheduled(session_id=session.pk), at=made_at, by=stage.office, subject=session)
        return session


def overlaps(one: Span, other: Span) -> bool:
    """Whether two spans of time have a moment in common."""
    return one[0] < other[1] and other[0] < one[1]


def _progress(days: Sequence[Span], now: datetime) -> dict[str, SessionStatus | datetime]:
    """How far a session has come by now."""
    begins, ends = days[0][0], days[-1][1]
    if ends <= now:
        return {"status": SessionStatus.COMPLETED, "started_at": begins, "finished_at": ends}
    if begins <= now:
        return {"status": SessionStatus.IN_PROGRESS, "started_at": begins}
    return {}


def _meeting(stage: Stage, data: CourseData) -> str:
    return f"https://meet.example.com/{stage.data.slug}/{data.slug}"
