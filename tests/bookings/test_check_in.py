"""The code in the confirmation: scanned at the door by the staff, it marks that person present, and nobody else."""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from shared_apps.core.signing import sign_key
from shared_apps.core.time import now
from tenant_apps.bookings.check_in import codes_of
from tenant_apps.bookings.details import set_details
from tenant_apps.messaging.models import Message
from tenant_apps.scheduling.models import Attendance, Place
from tests import make
from tests.bookings.conftest import in_site
from tests.support.people import SiteClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher(tenant):
    return make.user("trainer")


@pytest.fixture
def booking(tenant, teacher):
    """Two people at a course that is on today."""
    place = Place.objects.create(name="Yard")
    session = make.session(trainer=make.trainer(user=teacher), place=place)
    people = [{"name": "Ada", "email": "ada@example.com"}, {"name": "Ben"}]
    made = make.confirmed_booking(session=session, seats=2, attendees=people)
    session.refresh_from_db()
    day = session.days.get()
    day.starts_at = session.starts_at = now() - timedelta(hours=1)
    day.ends_at = session.ends_at = now() + timedelta(hours=6)
    day.save()
    session.save()
    return made


@pytest.fixture
def door(tenant):
    return lambda user=None: SiteClient(tenant).sign_in(user) if user else SiteClient(tenant)


def path_of(row):
    return f"/check-in/{sign_key('check-in', row.pk)}/"


def test_whoever_of_the_staff_scans_it_marks_that_person_present(booking, teacher, door):
    ada, client = booking.attendees.get(name="Ada"), door(teacher)
    page = client.get(path_of(ada))
    assert "data-check-in" in page.content.decode()
    assert not Attendance.objects.exists()  # looking at it changes nothing
    client.post(path_of(ada))
    assert Attendance.objects.get().attendee_id == ada.pk
    page = client.get(path_of(ada)).content.decode()
    assert "Present" in page
    assert "data-check-in" not in page


def test_scanned_twice_they_stay_as_they_were_marked(booking, teacher, door):
    ada, client = booking.attendees.get(name="Ada"), door(teacher)
    client.post(path_of(ada))
    Attendance.objects.update(status="late")
    client.post(path_of(ada))
    assert Attendance.objects.get().status == "late"


def test_anybody_else_marks_nobody_and_learns_nothing(booking, tenant, door):
    ada = booking.attendees.get(name="Ada")
    other_teacher = make.user("trainer")
    make.trainer(user=other_teacher)
    for user in (other_teacher, make.user("student"), make.user("sales")):
        assert door(user).get(path_of(ada)).status_code == 404
        assert door(user).post(path_of(ada)).status_code == 404
    page = door().get(path_of(ada))
    assert "Ada" not in page.content.decode()
    assert door().post(path_of(ada)).status_code == 200
    assert not Attendance.objects.exists()


def test_who_booked_is_led_to_their_booking(tenant, door):
    account, person = make.student_user()
    made = make.confirmed_booking(buyer=person, attendees=[{"name": "Ada"}])
    answer = door(account).get(path_of(made.attendees.get()))
    assert answer.status_code == 302
    assert "/bookings/" in answer["Location"]


@pytest.mark.parametrize("token", ["", "x", "A" * 38, "é" * 20])
def test_a_code_that_is_none_of_ours_is_not_there(tenant, teacher, door, token):
    assert door(teacher).get(f"/check-in/{token or 'y'}/").status_code == 404


def test_a_changed_code_opens_nothing(booking, teacher, door):
    good = path_of(booking.attendees.get(name="Ada"))
    for n in (12, 25, 45):
        wrong = good[:n] + ("A" if good[n] != "A" else "B") + good[n + 1 :]
        assert door(teacher).get(wrong).status_code == 404


def test_it_is_said_when_the_course_is_not_today_or_the_booking_ended(booking, teacher, door):
    ada = booking.attendees.get(name="Ada")
    booking.session.days.update(starts_at=now() + timedelta(days=3), ends_at=now() + timedelta(days=3, hours=7))
    assert "Not today" in door(teacher).get(path_of(ada)).content.decode()
    type(booking).objects.update(status="cancelled", cancelled_at=now())
    assert "does not stand" in door(teacher).get(path_of(ada)).content.decode()
    door(teacher).post(path_of(ada))
    assert not Attendance.objects.exists()


def test_the_confirmation_has_each_code_and_an_attendee_s_email_only_theirs(tenant):
    place = Place.objects.create(name="Yard")
    people = [{"name": "Ada", "email": "ada@example.com"}, {"name": "Ben"}]
    made = make.confirmed_booking(session=make.session(place=place), seats=2, attendees=people)
    make.deliver_all()
    codes = codes_of(made)
    assert [code.name for code in codes] == ["Ada", "Ben"]
    confirmed = Message.objects.get(kind="bookings/confirmed")
    theirs = Message.objects.get(kind="bookings/attending")
    assert [code.link in confirmed.text for code in codes] == [True, True]
    assert [code.link in theirs.text for code in codes] == [True, False]
    assert [code.picture in theirs.html for code in codes] == [True, False]


def test_a_code_is_of_who_it_was_given_to_and_not_of_who_comes_in_their_place(booking, teacher, door):
    ada = booking.attendees.get(name="Ada")
    type(booking.session).objects.filter(pk=booking.session_id).update(starts_at=now() + timedelta(minutes=5))
    booking = type(booking).objects.get(pk=booking.pk)
    (before, bens), client = codes_of(booking), door(teacher)
    names = [{"name": "Grace", "email": "grace@example.com"}, {"name": "Ben"}]
    set_details(booking, attendees=names, by=None, by_office=True)
    assert client.get(in_site(before.link)).status_code == 404
    assert client.get(in_site(before.picture)).status_code == 404
    assert client.get(in_site(bens.link)).status_code == 200
    (after, same) = codes_of(type(booking).objects.get(pk=booking.pk))
    assert same == bens
    assert "Grace" in client.get(in_site(after.link)).content.decode()
    client.post(in_site(after.link))
    assert Attendance.objects.get().attendee_id == ada.pk  # the seat is the same


def test_a_name_that_is_corrected_keeps_the_code_in_the_same_mailbox(booking):
    type(booking.session).objects.filter(pk=booking.session_id).update(starts_at=now() + timedelta(minutes=5))
    booking = type(booking).objects.get(pk=booking.pk)
    before = codes_of(booking)[0]
    names = [{"name": "Ada Byron", "email": "ada@example.com"}, {"name": "Ben"}]
    set_details(booking, attendees=names, by=None, by_office=True)
    assert codes_of(type(booking).objects.get(pk=booking.pk))[0].token == before.token


def test_the_picture_is_a_code(booking, door):
    answer = door().get(path_of(booking.attendees.get(name="Ada")) + "code.png")
    assert answer["Content-Type"] == "image/png"
    assert Image.open(BytesIO(answer.content)).size[0] > 150


def test_online_there_is_no_door(tenant):
    assert codes_of(make.confirmed_booking(attendees=[{"name": "Ada"}])) == []
