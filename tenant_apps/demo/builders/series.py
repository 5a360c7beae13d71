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
    """On the freest weekday, from its first free date on; what is taken is left out by hand, as an office would."""
    data = _one_day(stage)
    course, rhythm = stage.courses[data.slug], data.rhythm
    hours = Hours(time.fromisoformat(rhythm.begins), time.fromisoformat(rhythm.ends))
    room = stage.rooms[rhythm.room] if rhythm.room else None
    details: SessionDetails = {
        "trainer": stage.trainers[data.trainer], "room": room, "place": room.place if room else None,
        "capacity": data.capacity, "online_url": "" if room else f"https://meet.example.com/{stage.data.slug}/weekly",
    }  # fmt: skip

    def without_clashes(plan: SeriesPlan) -> SeriesPlan:
        while taken := {line.day for line in look_at_series(plan, course=course, **details) if line.why_not}:
            plan = replace(plan, rule=replace(plan.rule, skipped=plan.rule.skipped | taken))
        return plan

    plans = [without_clashes(SeriesPlan(_weekly(stage, weekday), hours)) for weekday in rhythm.weekdays]
    plan = min(plans, key=lambda plan: len(plan.rule.occurrences()))
    free = [one.day for one in plan.rule.occurrences() if not one.skipped]
    plan_holiday(name=CLOSED_FOR, starts_on=free[HOLIDAY], ends_on=free[HOLIDAY], by=stage.office)
    later = frozenset(day for day in plan.rule.skipped if day > free[0])
    plan = without_clashes(replace(plan, rule=replace(plan.rule, first=free[0], skipped=later)))
    series = schedule_series(plan=plan, course=course, by=stage.office, beside=True, **details)
    last = series.sessions.order_by("series_date").last()
    if last:
        update_session(last, capacity=max(2, data.capacity // 2), by=stage.office)


def _weekly(stage: Stage, weekday: int) -> Rule:
    """On this day of each week, but for what the provider is closed on and what is kept free."""
    first = stage.today + timedelta(days=BEGINS_IN)
    first += timedelta(days=(weekday - first.weekday()) % 7)
    kept = {*KEPT_FREE, *stage.data.closed}
    days = (first + timedelta(weeks=n) for n in range(2 * TIMES))
    return Rule(frozenset({weekday}), first, count=TIMES, skipped=frozenset(day for day in days if _is(day, kept)))


def _one_day(stage: Stage) -> CourseData:
    """A course of one day, if possible one for a date of which nobody waits to be told."""
    wanted = set(Interest.objects.values_list("course__slug", flat=True))
    short = [data for data in stage.data.courses if data.rhythm.offsets == (0,) and data.rhythm.every]
    return next((data for data in short if data.slug not in wanted), short[0])


def _is(day: date, ones: set[tuple[int, int]]) -> bool:
    return (day.month, day.day) in ones
