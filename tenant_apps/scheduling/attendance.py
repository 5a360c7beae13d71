"""Registers: who came to which day of a session, as people marked it.

Nobody has a row before they are marked: until then they stand as their booking does. A mark says when it was made.
The later one wins, whenever it reaches us, and all of them are kept. Who sits at a session is told by the apps above.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shared_apps.accounts.models import User
from shared_apps.core.hooks import Hook
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from tenant_apps.scheduling.errors import DayNotBegun, NotOnRegister, SessionCancelled
from tenant_apps.scheduling.events import AttendanceMarked
from tenant_apps.scheduling.models import (
    CAME,
    MARKED,
    Attendance,
    AttendanceMark,
    AttendanceStatus,
    Session,
    SessionDay,
    SessionStatus,
)
from tenant_apps.scheduling.signatures import Signature


@dataclass(frozen=True)
class Seat:
    """Somebody who sits at a session, and how the app that seats them says that they stand before they are marked.

    `holder_id` is what gave them the seat, such as a booking; `about` says more of it in a few words, `needs` what
    those who teach should know of them: it stands on the register and nowhere else. Of who is under 18 on the first
    day, who may collect them, and the number to call. `has_note`: there is a note on their health, read elsewhere.
    """

    attendee_id: UUID
    session_id: UUID
    name: str
    status: AttendanceStatus
    person_id: UUID | None = None
    holder_id: UUID | None = None
    about: str = ""
    needs: Sequence[str] = ()
    is_minor: bool = False
    collectors: str = ""
    emergency_phone: str = ""
    has_note: bool = False


# Called with `sessions`, keys of sessions, and `also`, keys of seats that were marked there: whoever seats people adds
# a `Seat` to `found` for each that sits at one of these sessions, and for those `also` that do so no longer.
who_sits = Hook()


@dataclass(frozen=True)
class Attending:
    """One line of a register: a seat, and what was marked on which day, by the day's key."""

    seat: Seat
    marked: Mapping[UUID, Attendance] = field(default_factory=dict)

    @property
    def sits(self) -> bool:
        """Whether they still have the seat."""
        return self.seat.status != AttendanceStatus.CANCELLED

    def status_on(self, day: SessionDay) -> AttendanceStatus:
        """How they stand to `day`."""
        row = self.marked.get(day.pk)
        return AttendanceStatus(row.status) if row else self.seat.status


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What somebody says of one seat: a status, perhaps a note (None: it stays as it is).

    `at` is when they said it; without it, now. `key` names the mark, so that it may be sent twice. Who signs has come.
    """

    attendee_id: UUID
    status: AttendanceStatus
    note: str | None = None
    at: datetime | None = None
    key: UUID | None = None
    signature: Signature | None = None


def attendance_of(session: Session) -> list[Attending]:
    """The register of `session`: everybody who sits there or was marked there, by name."""
    rows = list(Attendance.objects.filter(day__session=session).select_related("by"))
    marked: dict[UUID, dict[UUID, Attendance]] = {}
    for row in rows:
        marked.setdefault(row.attendee_id, {})[row.day_id] = row
    lines = [Attending(seat, marked.get(seat.attendee_id, {})) for seat in _seats([session.pk], also=marked)]
    return sorted(lines, key=lambda line: (line.seat.name.casefold(), line.seat.attendee_id))


@dataclass(frozen=True)
class Tally:
    """How far the register of one day is: who came, how many of these late, who was absent, who is not marked."""

    day: SessionDay
    came: int
    late: int
    absent: int
    open: int

    @property
    def marked(self) -> int:
        """How many stand on the register, there or not."""
        return self.came + self.absent

    @property
    def said(self) -> str:
        """`5 came (1 late), 2 absent, 1 not marked`."""
        if not self.marked:
            return _("Not marked yet") if may_be_marked(self.day) else _("Still ahead")
        came = _("%d came") % self.came
        if self.late:
            came = _("%(came)s (%(late)d late)") % {"came": came, "late": self.late}
        absent = _("%d absent") % self.absent if self.absent else ""
        return ", ".join(filter(None, [came, absent, _("%d not marked") % self.open if self.open else ""]))


def tallies(session: Session) -> list[Tally]:
    """How far the register of each day of `session` is, in order."""
    lines, found = attendance_of(session), []
    for day in session.taught_days:
        stand = [line.status_on(day) for line in lines]
        came, late = sum(status in CAME for status in stand), stand.count(AttendanceStatus.LATE)
        absent = stand.count(AttendanceStatus.ABSENT)
        gone = stand.count(AttendanceStatus.CANCELLED)
        found.append(Tally(day, came, late, absent, len(stand) - came - absent - gone))
    return found


def seats_at(sessions: Iterable[Session]) -> dict[UUID, list[Seat]]:
    """Who sits at each of `sessions`, by its key."""
    keys = [session.pk for session in sessions]
    found: dict[UUID, list[Seat]] = {key: [] for key in keys}
    for seat in _seats(keys, also=()):
        found[seat.session_id].append(seat)
    return found


def shares_attended(session: Session) -> dict[UUID, Fraction]:
    """Of the days of `session`, the share to which each of its attendees came, late or not; by the key of the seat."""
    days = set(session.taught_days.values_list("pk", flat=True))
    lines = attendance_of(session) if days else []
    return {
        line.seat.attendee_id: Fraction(sum(row.came for pk, row in line.marked.items() if pk in days), len(days))
        for line in lines
    }


def share_attended(attendee_id: UUID, session: Session) -> Fraction:
    """Of the days of `session`, the share to which whoever sits on this seat came; 0 for somebody unknown."""
    days = session.taught_days.count()
    came = Attendance.objects.filter(day__in=session.taught_days, attendee_id=attendee_id, status__in=CAME).count()
    return Fraction(came, days) if days else Fraction(0)


def may_be_marked(day: SessionDay) -> bool:
    """Whether it can be said who came: from the morning of that day on, its session not being called off."""
    zone = day.zone
    return day.live and now().astimezone(zone).date() >= day.starts_at.astimezone(zone).date()


@transaction.atomic
def mark_attendance(
    *, day: SessionDay, marks: Sequence[Mark], by: User | None, device: str = ""
) -> dict[UUID, Attendance]:
    """Write down how people stand to `day`: the rows of those who were marked, by the key of their seat.

    A mark that was made before the one that stands changes nothing, and is kept. One that is known by its key, or says
    nothing new and not when, is left out. Who signs has come, whatever else the mark says; and of who was not there
    after all no signature is kept. Raises `NotOnRegister`, `DayNotBegun`, `SessionCancelled`.
    """
    day = _locked(day)
    _refuse(day, marks)
    wanted = {mark.attendee_id for mark in marks}
    rows = {row.attendee_id: row for row in Attendance.objects.filter(day=day, attendee_id__in=wanted)}
    keys = [mark.key for mark in marks if mark.key]
    known = set(AttendanceMark.objects.filter(key__in=keys).values_list("key", flat=True)) if keys else set()
    moment = now()
    written: list[AttendanceMark] = []
    changed: set[UUID] = set()
    for mark in marks:
        if mark.key in known:
            continue
        row = rows.get(mark.attendee_id)
        says_nothing_new = row and row.status == mark.status and mark.note in (None, row.note)
        if says_nothing_new and mark.at is None and mark.signature is None:
            continue
        made = _written(mark, row, by=by, device=device, moment=moment)
        if row is None:
            row = rows[mark.attendee_id] = Attendance(day=day, attendee_id=mark.attendee_id)
            overtakes = True
        else:
            overtakes = made.marked_at >= row.marked_at
        if overtakes:
            row.status, row.note, row.by = made.status, made.note, by
            row.marked_at, row.device = made.marked_at, device
            if not row.came:  # whoever marks that knows better: it was signed in the wrong line
                row.signed_at, row.signed_as, row.signature = None, "", ""
            row.save()
            changed.add(row.attendee_id)
        if mark.signature and row.came and (row.signed_at is None or made.marked_at >= row.signed_at):
            _sign(row, mark.signature, made.marked_at)
        made.attendance = row
        written.append(made)
        known.update({mark.key} if mark.key else ())
    AttendanceMark.objects.bulk_create(written)
    if changed:
        event = AttendanceMarked(session_id=day.session_id, day_id=day.pk, attendee_ids=sorted(map(str, changed)))
        emit(event, by=by, subject=day.session)
    return rows


def forget_attendance(attendees: Collection[UUID]) -> None:
    """Somebody else sits on these seats: what was said of days that nobody came to yet is not said of them."""
    Attendance.objects.filter(attendee_id__in=attendees).exclude(status__in=MARKED).delete()


@transaction.atomic
def cancel_attendance(attendees: Collection[UUID]) -> None:
    """Those on these seats come no more: whatever was said of them, but for days that they came to or missed."""
    rows = Attendance.objects.filter(attendee_id__in=attendees, day__ends_at__gt=now())
    rows = rows.filter(status__in=[AttendanceStatus.INVITED, AttendanceStatus.CONFIRMED])
    marks = [
        AttendanceMark(attendance=row, status=AttendanceStatus.CANCELLED, note=row.note, marked_at=now())
        for row in rows.select_for_update(of=("self",)).order_by("pk")
    ]
    AttendanceMark.objects.bulk_create(marks)
    Attendance.objects.filter(pk__in=[mark.attendance_id for mark in marks]).update(
        status=AttendanceStatus.CANCELLED, by=None, marked_at=now(), device=""
    )


def _seats(sessions: Collection[UUID], *, also: Collection[UUID]) -> list[Seat]:
    found: list[Seat] = []
    who_sits(sessions=list(sessions), also=list(also), found=found)
    return found


def _locked(day: SessionDay) -> SessionDay:
    """Whoever marks the same day at the same moment does so one after the other."""
    rows = SessionDay.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("session").get(pk=day.pk)


def _refuse(day: SessionDay, marks: Sequence[Mark]) -> None:
    if day.session.status in (SessionStatus.CANCELLED, SessionStatus.RESCHEDULED):
        raise SessionCancelled
    if not may_be_marked(day) and any(mark.status in MARKED for mark in marks):
        raise DayNotBegun
    wanted = {mark.attendee_id for mark in marks}
    present = {seat.attendee_id for seat in _seats([day.session_id], also=())}
    if others := wanted - present:  # who was marked before, and left since, may still be corrected
        rows = Attendance.objects.filter(day__session=day.session_id, attendee_id__in=others)
        if others - set(rows.values_list("attendee_id", flat=True)):
            raise NotOnRegister


def _sign(row: Attendance, signature: Signature, at: datetime) -> None:
    """The file that it had before is nobody's then, and goes by itself."""
    row.signed_at, row.signed_as, row.signature = at, signature.name, ""
    if signature.lines:
        row.signature.save(f"{row.pk}.svg", signature.picture(), save=False)
    row.save(update_fields=["signed_at", "signed_as", "signature"])


def _written(mark: Mark, row: Attendance | None, *, by: User | None, device: str, moment: datetime) -> AttendanceMark:
    note = mark.note if mark.note is not None else row.note if row else ""
    status = AttendanceStatus.ATTENDED if mark.signature and mark.status not in CAME else mark.status
    # A clock that is ahead of ours must not win over whoever marks after it.
    return AttendanceMark(
        key=mark.key, status=status, note=note, by=by, device=device, marked_at=min(mark.at or moment, moment)
    )
