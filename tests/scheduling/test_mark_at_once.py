"""Several devices mark the same person at the same moment."""

from datetime import timedelta

import pytest

from shared_apps.core.time import now
from tenant_apps.scheduling import attendance
from tenant_apps.scheduling.attendance import Mark, mark_attendance
from tenant_apps.scheduling.models import MARKED, Attendance, AttendanceMark, SessionDay
from tests import make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("tenant")]
DEVICES = 8


@pytest.fixture
def mark_together(all_at_once):
    """Each device marks Ada, the first one a minute ago and each other one before it; what each call came to."""
    booking = make.confirmed_booking(attendees=[{"name": "Ada"}])
    day = booking.session.days.get()
    SessionDay.objects.update(starts_at=now() - timedelta(hours=1), ends_at=now() + timedelta(hours=5))
    ada, moment = booking.attendees.get().pk, now()

    def marks(n):
        at = moment - timedelta(minutes=n + 1)
        mark = Mark(attendee_id=ada, status=MARKED[n % 3], note=f"device {n}", at=at)
        return lambda: mark_attendance(day=day, marks=[mark], by=None)

    return lambda: all_at_once([marks(n) for n in range(DEVICES)])


def test_the_latest_mark_stands_and_none_is_lost(mark_together):
    results = mark_together()
    assert [one for one in results if isinstance(one, Exception)] == []
    assert AttendanceMark.objects.count() == DEVICES
    assert Attendance.objects.get().note == "device 0"


def test_control_without_the_lock_marks_are_lost(mark_together, monkeypatch):
    monkeypatch.setattr(attendance, "_locked", lambda day: SessionDay.objects.select_related("session").get(pk=day.pk))
    results = mark_together()
    lost = [one for one in results if isinstance(one, Exception)]
    assert lost or Attendance.objects.get().note != "device 0"
