"""Who is away and when nothing is taught, as the calendar shows it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from shared_apps.accounts.models import User
from shared_apps.core.time import tenant_zone
from tenant_apps.people.models import Trainer
from tenant_apps.scheduling.calendar.asked import Asked
from tenant_apps.scheduling.calendar.choices import Lane
from tenant_apps.scheduling.calendar.grid import Away, Day, rows_between
from tenant_apps.scheduling.hours import WeeklySpan
from tenant_apps.scheduling.models import Availability, Holiday, TimeOff


@dataclass(frozen=True)
class TimeAway:
    """When a trainer is away, on the provider's clock."""

    trainer_id: UUID
    name: str
    begins: datetime
    ends: datetime

    def touches(self, day: date) -> bool:
        """Whether they are away on some part of `day`."""
        return self.begins.date() <= day <= (self.ends - timedelta(microseconds=1)).date()


@dataclass
class Off:
    """Holidays, time off and, where the calendar is one trainer's, their weekly hours. `own`: it is one's own."""

    holidays: list[Holiday]
    away: list[TimeAway]
    hours: list[WeeklySpan] = field(default_factory=list)
    of_one: bool = False
    own: UUID | None = None

    def notes_of(self, day: date) -> list[str]:
        """What there is to say of `day`: why it is closed, and who is away."""
        closed = [row.name for row in self.holidays if row.starts_on <= day <= row.ends_on]
        who = dict.fromkeys(one.name for one in self.away if one.touches(day))
        if self.own:
            return [*closed, *([_("Away")] if who else [])]
        return [*closed, *(_("%s is away") % name for name in who)]

    def among_hours(self, day: date, hours: range) -> list[Away]:
        """Where on `day` the one whose calendar it is is away, or does not teach."""
        if not self.of_one:
            return []
        label = _("Away")
        found = [Away(label, *rows_between(one.begins, one.ends, day, hours)) for one in self.away if one.touches(day)]
        for begins, ends in _gaps([one for one in self.hours if one.weekday == day.weekday()], self.hours, hours):
            span = (datetime.combine(day, begins), datetime.combine(day, ends))
            found.append(Away("", *rows_between(*span, day, hours)))
        return found


def _gaps(today: Sequence[WeeklySpan], all_week: Sequence[WeeklySpan], hours: range) -> list[tuple[time, time]]:
    """When in the `hours` that are shown nothing is taught."""
    if not all_week or not hours:
        return []
    gaps, reached = [], time(hours.start)
    for one in sorted(today):
        if one.begins > reached:
            gaps.append((reached, one.begins))
        reached = max(reached, one.ends)
    end = time(23, 59) if hours.stop == 24 else time(hours.stop)
    return [*gaps, (reached, end)] if reached < end else gaps


def whats_off(user: User, asked: Asked) -> Off:
    """What is off in the days that are asked for, as far as `user` sees it."""
    since, until = asked.span
    last = asked.until - timedelta(days=1)
    holidays = list(Holiday.objects.filter(starts_on__lte=last, ends_on__gte=asked.since))
    rows, whose, own = (
        TimeOff.objects.filter(starts_at__lt=until, ends_at__gt=since),
        asked.narrowed["trainer_id"],
        None,
    )
    if not user.sees_all:
        own = whose = Trainer.objects.filter(person__user_id=user.pk).values_list("pk", flat=True).first()
    if whose:
        rows = rows.filter(trainer_id=whose)
    elif not user.sees_all:
        rows = rows.none()
    zone = tenant_zone()
    away = [
        TimeAway(key, name, begins.astimezone(zone), ends.astimezone(zone))
        for key, name, begins, ends in rows.values_list("trainer_id", "trainer__person__name", "starts_at", "ends_at")
    ]
    weekly = Availability.objects.filter(trainer_id=whose) if whose and asked.view in ("week", "day") else []
    hours = [WeeklySpan(one.weekday, one.begins, one.ends) for one in weekly]
    return Off(holidays, away, hours, of_one=bool(whose), own=own)


def mark_days(days: Sequence[Day], off: Off) -> None:
    """Say of each day what is off on it."""
    for day in days:
        day.closed = any(row.starts_on <= day.date <= row.ends_on for row in off.holidays)
        day.notes = off.notes_of(day.date)


def mark_lanes(lanes: Sequence[Lane], off: Off) -> None:
    """Say of each day of each trainer's lane whether they are away."""
    for lane in lanes:
        mine = [one for one in off.away if one.trainer_id == lane.key]
        for day in lane.days:
            day.is_away = any(one.touches(day.date) for one in mine)
            day.notes = [_("Away")] if day.is_away else []
