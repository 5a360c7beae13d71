"""Interest in a course by API: a visitor proves their address first, who is known is noted, and the link ends it."""

import re

import pytest

from tenant_apps.interest.links import own_token
from tenant_apps.interest.models import Interest
from tenant_apps.interest.services import register_interest
from tenant_apps.messaging.models import Message
from tests import make

pytestmark = pytest.mark.django_db
ADA = {"name": "Ada Byron", "email": "ada@example.com", "seats": 2}


@pytest.fixture
def course(tenant):
    return make.course(title="Heat pumps")


def test_a_visitor_is_sent_the_link_and_nothing_is_noted_before(tenant, api, course):
    path = f"/courses/{course.pk}/interest"
    assert api(tenant).post(path, ADA).status_code == 202
    assert not Interest.objects.exists()
    mail = Message.objects.get(kind="interest/confirm")
    assert mail.to == "ada@example.com"
    assert re.search(r"/interest/register/\S+", mail.text)
    assert api(tenant).post(path, {"seats": 1}).status_code == 400
    assert api(tenant).post(path, {**ADA, "seats": 0}).status_code == 400


def test_too_many_links_from_one_network_are_refused(tenant, api, course, settings):
    settings.RATE_LIMITS = True
    path = f"/courses/{course.pk}/interest"
    codes = [api(tenant).post(path, {**ADA, "email": f"n{n}@example.com"}).status_code for n in range(32)]
    assert (codes.count(202), codes.count(429)) == (30, 2)


def test_whoever_is_known_is_noted_once_and_the_office_names_anybody(tenant, api, course):
    account, person = make.student_user()
    mine = api(tenant, account)
    made = mine.post(f"/courses/{course.pk}/interest", {"seats": 3})
    assert (made.status_code, made.json()["seats"], made.json()["status"]) == (201, 3, "waiting")
    assert Interest.objects.get().person == person
    again = mine.post(f"/courses/{course.pk}/interest", {})
    assert (again.status_code, again.json()["code"]) == (409, "already_interested")
    assert mine.post(f"/courses/{course.pk}/interest", ADA).status_code == 202  # somebody else's address
    office = api(tenant, make.user("admin"))
    assert office.post(f"/courses/{course.pk}/interest", ADA).status_code == 201
    assert office.get("/interest").json() == {
        "results": [{"courseId": str(course.pk), "title": "Heat pumps", "people": 2, "seats": 5}]
    }
    assert mine.get("/interest").status_code == 404


def test_a_course_with_dates_is_booked_and_not_waited_for(tenant, api, course):
    make.session(course=course)
    refused = api(tenant).post(f"/courses/{course.pk}/interest", ADA)
    assert (refused.status_code, refused.json()["code"]) == (409, "has_dates")
    assert not Message.objects.exists()
    hidden = make.course(published=False)
    assert api(tenant).post(f"/courses/{hidden.pk}/interest", ADA).status_code == 404


def test_the_link_ends_it_and_a_forged_one_opens_nothing(tenant, api, course):
    interest = register_interest(course=course, person=make.person(), by=None)
    path = f"/interest/{own_token(interest)}"
    assert api(tenant).get(path).json()["courseId"] == str(course.pk)
    assert api(tenant).delete(f"{path}x").status_code == 404
    assert api(tenant).delete(path).status_code == 204
    interest.refresh_from_db()
    assert interest.status == "left"
    assert api(tenant).delete(path).json()["code"] == "illegal_move"
