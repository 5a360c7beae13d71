"""A session that is over, and people who came to it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tenant_apps.bookings.models import Attendee, Booking
from tenant_apps.scheduling.attendance import Mark, mark_attendance
from tenant_apps.scheduling.models import AttendanceStatus, Session
from tenant_apps.scheduling.progress import keep_pace
from tenant_apps.scheduling.running import complete_session
from tenant_apps.scheduling.services import update_session
from tests import make
from tests.office.conftest import desk  # noqa: F401


def over(*, names: tuple[str, ...] = ("Ada Byron",), came: bool = True, **fields: Any) -> Session:
    """A session that ended yesterday, with somebody on it for each name, who came or not."""
    session = make.session(in_days=-2, capacity=max(10, len(names)), **fields)
    for name in names:
        seat(session, name)
    type(session).objects.filter(pk=session.pk).update(status="completed", finished_at=session.ends_at)
    session.refresh_from_db()
    if came:
        attend(session)
    return session


def seat(session: Session, name: str, **person: Any) -> Attendee:
    """A seat on a session that is over, of a booking of its own."""
    buyer = make.person(name=name, **person)
    booking = Booking.objects.create(
        session=session, buyer=buyer, status="completed", cancellation_policy=[], contact_name=name,
        confirmed_at=session.starts_at,
    )  # fmt: skip
    return Attendee.objects.create(booking=booking, person=buyer, name=name, position=1)


def attend(session: Session, status: AttendanceStatus = AttendanceStatus.ATTENDED, *only: Attendee) -> None:
    """Everybody (or `only` those) stands so to each day."""
    seats = only or tuple(Attendee.objects.filter(booking__session=session))
    marks = [Mark(attendee_id=one.pk, status=status) for one in seats]
    for day in session.days.all():
        mark_attendance(day=day, marks=marks, by=None)


@pytest.fixture
def work() -> Callable[[], None]:
    """What workers do: deliveries, what is due, and jobs."""
    from shared_apps.jobs.models import Job
    from shared_apps.jobs.running import go_on
    from shared_apps.timers.due import do_due_work

    def until_done() -> None:
        for _round in range(5):
            make.deliver_all()
            do_due_work()
            for job in Job.objects.under_way():
                go_on(job.pk)

    return until_done


def ended_early() -> Session:
    """A session of three days that its trainer ended after the first, to which Ada came."""
    session = make.session(in_days=2, hours=2)
    first = session.starts_at
    days = [(first + timedelta(days=n), first + timedelta(days=n, hours=2)) for n in range(3)]
    update_session(session, days=days, by=None)
    session.refresh_from_db()
    booking = make.confirmed_booking(session=session, attendees=[{"name": "Ada Byron"}])
    with time_machine.travel(first + timedelta(hours=2, minutes=1)):
        keep_pace(session)
        mark = Mark(attendee_id=booking.attendees.get().pk, status=AttendanceStatus.ATTENDED)
        mark_attendance(day=session.days.all()[0], marks=[mark], by=None)
        complete_session(Session.objects.get(pk=session.pk), by=make.user("owner"))
        make.deliver_all()
    session.refresh_from_db()
    return session
