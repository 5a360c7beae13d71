"""Writing down when trainers teach and when they are away, and when the provider is closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction

from shared_apps.accounts.models import User
from shared_apps.core.locking import lock_row
from shared_apps.events.bus import emit
from tenant_apps.people.models import Trainer
from tenant_apps.scheduling.events import (
    HolidayDropped,
    HolidayPlanned,
    HoursChanged,
    TimeOffDropped,
    TimeOffPlanned,
)
from tenant_apps.scheduling.models import Availability, Holiday, TimeOff


@dataclass(frozen=True, order=True)
class WeeklySpan:
    """From when to when on one day of the week; Monday is 0."""

    weekday: int
    begins: time
    ends: time


def weekly_spans(trainer: Trainer) -> list[WeeklySpan]:
    """The hours of the week at which `trainer` teaches, in order; none: at any time."""
    rows = trainer.weekly_hours.values_list("weekday", "begins", "ends")
    return sorted(WeeklySpan(*row) for row in rows)


def weekly_spans_of(trainers: Sequence[Trainer]) -> dict[UUID, list[WeeklySpan]]:
    """The same of several, by their keys; whoever teaches at any time is not among them."""
    found: dict[UUID, list[WeeklySpan]] = {}
    rows = Availability.objects.filter(trainer__in=trainers).order_by("weekday", "begins", "ends")
    for key, weekday, begins, ends in rows.values_list("trainer", "weekday", "begins", "ends"):
        found.setdefault(key, []).append(WeeklySpan(weekday, begins, ends))
    return found


@transaction.atomic
def set_weekly_hours(trainer: Trainer, *, spans: Sequence[WeeklySpan], by: User | None) -> bool:
    """Let `trainer` teach at these hours of the week; whether that is another thing than before."""
    trainer = lock_row(Trainer.objects.all(), trainer.pk)
    if sorted(spans) == weekly_spans(trainer):
        return False
    trainer.weekly_hours.all().delete()
    Availability.objects.bulk_create(
        Availability(trainer=trainer, weekday=one.weekday, begins=one.begins, ends=one.ends) for one in spans
    )
    emit(HoursChanged(trainer_id=trainer.pk), by=by, subject=trainer)
    return True


@transaction.atomic
def plan_time_off(
    trainer: Trainer, *, starts_at: datetime, ends_at: datetime, reason: str = "", by: User | None
) -> TimeOff:
    """Write down that `trainer` is away. Sessions of theirs at that time stay where they are."""
    made = TimeOff.objects.create(trainer=trainer, starts_at=starts_at, ends_at=ends_at, reason=reason)
    when = {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
    emit(TimeOffPlanned(trainer_id=trainer.pk, **when), by=by, subject=trainer)
    return made


@transaction.atomic
def drop_time_off(row: TimeOff, *, by: User | None) -> None:
    """They are not away then after all."""
    when = {"starts_at": row.starts_at.isoformat(), "ends_at": row.ends_at.isoformat()}
    gone, _by_model = TimeOff.objects.filter(pk=row.pk).delete()
    if gone:
        emit(TimeOffDropped(trainer_id=row.trainer_id, **when), by=by, subject=row.trainer)


@transaction.atomic
def plan_holiday(*, name: str, starts_on: date, ends_on: date, by: User | None) -> Holiday:
    """Write down days on which nothing is taught, both included. Sessions on them stay where they are."""
    made = Holiday.objects.create(name=name, starts_on=starts_on, ends_on=ends_on)
    when = {"starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat()}
    emit(HolidayPlanned(holiday_id=made.pk, **when), by=by, subject=made, note=name)
    return made


@transaction.atomic
def drop_holiday(row: Holiday, *, by: User | None) -> None:
    """Take a holiday off the calendar."""
    when = {"starts_on": row.starts_on.isoformat(), "ends_on": row.ends_on.isoformat()}
    gone, _by_model = Holiday.objects.filter(pk=row.pk).delete()
    if gone:
        emit(HolidayDropped(holiday_id=row.pk, **when), by=by, subject=row, note=row.name)
