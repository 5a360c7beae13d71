"""The office closes a student's account: nobody signs in with it, and what is signed in ends."""

import pytest

from tenant_apps.people.models import Person
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return make.user("student", password="")


def test_who_is_made_inactive_is_signed_out_and_stays_so(office, desk, ann):
    url, browser = f"/admin/students/{ann.person.pk}/state/", desk(user=ann)
    assert browser.get("/my/bookings/").status_code == 200
    for active in "01":
        office.post(url, {"active": active})
        assert browser.get("/my/bookings/").status_code == 302
    ann.refresh_from_db()
    assert desk(user=ann).get("/my/bookings/").status_code == 200


def test_an_account_is_closed_alone_and_becomes_a_companys_contact(office, ann):
    person = Person.objects.get(user=ann)
    url = f"/admin/students/{person.pk}/account/"
    office.post(url, {"active": "0"})
    ann.refresh_from_db()
    person.refresh_from_db()
    assert (ann.is_active, person.active) == (False, True)
    assert "Closed" in office.get(f"/admin/students/{person.pk}/").content.decode()
    office.post(url, {"active": "1"})
    office.post(url, {"roles": ["student", "contact"]})
    ann.refresh_from_db()
    assert (ann.is_active, ann.roles) == (True, ["student", "contact"])
    assert office.post(url, {"roles": ["owner"]}).status_code == 422


def test_a_colleague_who_is_a_student_too_keeps_their_access(office):
    both = make.user("student")
    both.roles = ["student", "trainer"]
    both.save()
    office.post(f"/admin/students/{both.person.pk}/state/", {"active": "0"})
    both.refresh_from_db()
    assert both.is_active


def test_the_history_says_whose_account_was_closed_and_leads_to_them(office, ann):
    person = Person.objects.get(user=ann)
    office.post(f"/admin/students/{person.pk}/account/", {"active": "0"})
    page = office.get("/admin/activity/?kind=people").content.decode()
    assert "Closed: can&#x27;t sign in" in page
    assert f"/admin/students/{person.pk}/" in page
