"""Hours of trainers, time off and holidays, so that the calendar has something to say of days without sessions."""

from datetime import date, datetime, time, timedelta

from tenant_apps.demo.stage import Stage
from tenant_apps.scheduling.hours import WeeklySpan, plan_holiday, plan_time_off, set_weekly_hours

CLOSED = {"GB": "Christmas closing", "KE": "December holidays"}


def build_hours(stage: Stage) -> None:
    """Weekly hours of all trainers but the last, one of them away for two days in three weeks, and a holiday."""
    trainers = list(stage.trainers.values())
    for trainer in trainers[:-1] or trainers:
        spans = [WeeklySpan(day, time(8), time(18)) for day in range(5)]
        set_weekly_hours(trainer, spans=[*spans, WeeklySpan(5, time(9), time(13))], by=stage.office)
    away = _monday(stage.today + timedelta(days=9))
    for trainer, first, days, reason in (
        (trainers[0], away, 2, "Assessor refresher"),
        (trainers[-1], away + timedelta(days=3), 1, "Moving house"),
    ):
        begins = datetime.combine(first, time.min, stage.zone)
        ends = datetime.combine(first + timedelta(days=days), time.min, stage.zone)
        plan_time_off(trainer, starts_at=begins, ends_at=ends, reason=reason, by=stage.office)
    year = stage.today.year if (stage.today.month, stage.today.day) <= (12, 24) else stage.today.year + 1
    name = CLOSED.get(stage.data.country, "Holidays")
    plan_holiday(name=name, starts_on=date(year, 12, 24), ends_on=date(year + 1, 1, 1), by=stage.office)


def _monday(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)
