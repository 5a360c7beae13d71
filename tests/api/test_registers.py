"""A register as programs read and mark it."""

from datetime import timedelta

import pytest

from shared_apps.core.time import now
from tenant_apps.scheduling.models import Attendance, AttendanceMark
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(tenant, api):
    return api(tenant, make.user("admin"))


@pytest.fixture
def booking(tenant):
    teacher = make.trainer(user=make.user("trainer"))
    made = make.confirmed_booking(
        session=make.session(trainer=teacher), seats=2, attendees=[{"name": "Ada"}, {"name": "Ben"}]
    )
    session, day = made.session, made.session.days.get()
    day.starts_at = session.starts_at = now() - timedelta(hours=1)
    day.ends_at = session.ends_at = now() + timedelta(hours=6)
    day.save()
    session.save()
    return made


def test_the_register_says_who_sits_there_and_how_they_stand(office, booking):
    answer = office.get(f"/sessions/{booking.session_id}/attendance")
    ada = booking.attendees.get(name="Ada")
    day = booking.session.days.get()
    assert answer.status_code == 200
    assert answer.json()["results"][0] == {
        "attendeeId": str(ada.pk), "name": "Ada", "personId": str(ada.person_id), "bookingId": str(booking.pk),
        "days": [{"dayId": str(day.pk), "date": str(day.starts_at.date()), "status": "confirmed", "note": "",
                  "markedAt": None}],
    }  # fmt: skip


def test_the_same_put_twice_changes_nothing(office, booking):
    path, ada = f"/sessions/{booking.session_id}/attendance", booking.attendees.get(name="Ada")
    marks = {"marks": [{"attendeeId": str(ada.pk), "status": "late", "note": "Bus"}]}
    first, again = (office.call("put", path, marks) for _twice in range(2))
    assert first.status_code == 200
    assert first.json() == again.json()
    assert (first.json()["results"][0]["days"][0]["status"], AttendanceMark.objects.count()) == ("late", 1)
    row = Attendance.objects.get()
    assert (row.note, row.device) == ("Bus", "API")


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "asleep"}, {"status": "late", "dayId": "01975f3c-b3d7-7a0e-8f66-2c9b1d4e7a55"}, {},
        {"status": "late", "attendeeId": "01975f3c-b3d7-7a0e-8f66-2c9b1d4e7a55"}, {"status": "late", "mood": "fine"},
    ],
)  # fmt: skip
def test_what_is_no_mark_is_refused_and_nothing_is_marked(office, booking, wrong):
    ada, ben = booking.attendees.all()
    marks = [{"attendeeId": str(ben.pk), "status": "attended"}, {"attendeeId": str(ada.pk), **wrong}]
    answer = office.call("put", f"/sessions/{booking.session_id}/attendance", {"marks": marks})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert not Attendance.objects.exists()


def test_a_day_ahead_takes_no_marks_of_who_came(office, tenant):
    booking = make.confirmed_booking(attendees=[{"name": "Ada"}])
    path, ada = f"/sessions/{booking.session_id}/attendance", booking.attendees.get()
    answer = office.call("put", path, {"marks": [{"attendeeId": str(ada.pk), "status": "attended"}]})
    assert (answer.status_code, answer.json()["code"]) == (409, "day_not_begun")
    cancelled = office.call("put", path, {"marks": [{"attendeeId": str(ada.pk), "status": "cancelled"}]})
    assert cancelled.json()["results"][0]["days"][0]["status"] == "cancelled"


def test_the_trainer_marks_their_own_sessions_and_nobody_else_does(api, tenant, booking):
    path = f"/sessions/{booking.session_id}/attendance"
    marks = {"marks": [{"attendeeId": str(booking.attendees.first().pk), "status": "attended"}]}
    teacher = booking.session.trainer.person.user
    assert api(tenant, teacher).call("put", path, marks).status_code == 200
    stranger = make.user("trainer")
    make.trainer(user=stranger)
    for caller in (stranger, make.user("student"), make.user("sales")):
        assert api(tenant, caller).get(path).status_code == 404
        assert api(tenant, caller).call("put", path, marks).status_code == 404
    assert api(tenant).get(path).status_code == 401
