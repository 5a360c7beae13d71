"""Registers: those of days that are over are full, that of today is half filled."""

from collections import defaultdict
from datetime import timedelta
from uuid import UUID

from shared_apps.core.time import midnight
from tenant_apps.bookings.models import STANDING, Attendee
from tenant_apps.demo.stage import Stage
from tenant_apps.scheduling.models import Attendance, AttendanceMark, AttendanceStatus, SessionDay

LATE, ABSENT = 0.06, 0.05
WHY_LATE = ("Traffic", "Twenty minutes", "Missed the bus, started with the second exercise")
WHY_ABSENT = ("Ill, rang in", "Did not come and did not ring")
DEVICES = ("Chrome on Android", "Safari on iPhone")


def fill_registers(stage: Stage) -> None:
    """Mark who came on each day until today, of whoever has a seat that stands."""
    seats: dict[UUID, list[Attendee]] = defaultdict(list)
    for row in stage.rows.get(Attendee, []):
        if row.booking.status in STANDING:
            seats[row.booking.session_id].append(row)
    for day in stage.rows.get(SessionDay, []):
        taught_on = day.starts_at.astimezone(stage.zone).date()
        people = sorted(seats[day.session_id], key=lambda row: (row.name, row.pk))
        if not day.live or taught_on > stage.today or not people:
            continue
        if taught_on == stage.today:
            people = people[: max(1, len(people) // 2)]
        for n, person in enumerate(people):
            _mark(stage, day, person, first=taught_on == stage.today and n == 0)


def _mark(stage: Stage, day: SessionDay, person: Attendee, *, first: bool) -> None:
    """One mark; the `first` one of today is late, so that the register shows one."""
    dice, trainer = stage.dice, day.session.trainer
    chance = dice.random()
    if first or chance < LATE:
        status, note, after = AttendanceStatus.LATE, dice.choice(WHY_LATE), dice.randint(12, 40)
    elif chance < LATE + ABSENT:
        status, note, after = AttendanceStatus.ABSENT, dice.choice(WHY_ABSENT), dice.randint(30, 60)
    else:
        status, note, after = AttendanceStatus.ATTENDED, "", dice.randint(-12, 8)
    at = min(day.starts_at + timedelta(minutes=after), stage.now - timedelta(minutes=2))
    at = max(at, midnight(day.starts_at.astimezone(stage.zone).date()))
    said = {
        "status": status, "note": note, "by": trainer.person.user if trainer else None, "marked_at": at,
        "device": dice.choice(DEVICES),
    }  # fmt: skip
    row = stage.add(Attendance(id=dice.key(at), day=day, attendee_id=person.pk, **said))
    stage.add(AttendanceMark(id=dice.key(at), attendance=row, **said))
