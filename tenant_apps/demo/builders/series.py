"""A series at each provider: a course of one day every week, with a date that is skipped for a holiday."""

from dataclasses import replace
from datetime import date, time, timedelta

from tenant_apps.demo.builders.sessions import KEPT_FREE
from tenant_apps.demo.shapes import CourseData
from tenant_apps.demo.stage import Stage
from tenant_apps.interest.models import Interest
from tenant_apps.scheduling.hours import plan_holiday
from tenant_apps.scheduling.plan import Hours
from tenant_apps.scheduling.recurrence import Rule
from tenant_apps.scheduling.series import SeriesPlan, look_at_series, schedule_series
from tenant_apps.scheduling.services import SessionDetails, update_session

BEGINS_IN, TIMES, HOLIDAY = 35, 6, 2  # days, dates, and which of them is skipped
CLOSED_FOR = "Staff training day"


def build_series(stage: Stage) -> None:
    """Dates on which something else is on already are left out by hand, as somebody in the office would."""
    data = _one_day(stage)
    course, rhythm = stage.courses[data.slug], data.rhythm
    weekday = rhythm.weekdays[0]
    first = stage.today + timedelta(days=BEGINS_IN)
    first += timedelta(days=(weekday - first.weekday()) % 7)
    kept = {*KEPT_FREE, *stage.data.closed}
    days = (first + timedelta(weeks=n) for n in range(2 * TIMES))
    rule = Rule(frozenset({weekday}), first, count=TIMES, skipped=frozenset(day for day in days if _is(day, kept)))
    holiday = rule.occurrences()[HOLIDAY].day
    plan_holiday(name=CLOSED_FOR, starts_on=holiday, ends_on=holiday, by=stage.office)
    hours = Hours(time.fromisoformat(rhythm.begins), time.fromisoformat(rhythm.ends))
    room = stage.rooms[rhythm.room] if rhythm.room else None
    details: SessionDetails = {
        "trainer": stage.trainers[data.trainer], "room": room, "place": room.place if room else None,
        "capacity": data.capacity, "online_url": "" if room else f"https://meet.example.com/{stage.data.slug}/weekly",
    }  # fmt: skip
    plan = SeriesPlan(rule, hours)
    while taken := {line.day for line in look_at_series(plan, course=course, **details) if line.why_not}:
        plan = replace(plan, rule=replace(plan.rule, skipped=plan.rule.skipped | taken))
    series = schedule_series(plan=plan, course=course, by=stage.office, beside=True, **details)
    last = series.sessions.order_by("series_date").last()
    if last:
        update_session(last, capacity=max(2, data.capacity // 2), by=stage.office)


def _one_day(stage: Stage) -> CourseData:
    """A course of one day, if possible one for a date of which nobody waits to be told."""
    wanted = set(Interest.objects.values_list("course__slug", flat=True))
    short = [data for data in stage.data.courses if data.rhythm.offsets == (0,) and data.rhythm.every]
    return next((data for data in short if data.slug not in wanted), short[0])


def _is(day: date, ones: set[tuple[int, int]]) -> bool:
    return (day.month, day.day) in ones
