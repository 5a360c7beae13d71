"""Somebody wants to hear when a course has a date: noted once their address is proven, told once, left by a link."""

import re
from datetime import timedelta

import pytest
import time_machine

from shared_apps.core.time import now
from shared_apps.timers.due import do_due_work
from tenant_apps.interest.errors import AlreadyInterested, HasDates
from tenant_apps.interest.links import own_token
from tenant_apps.interest.models import Interest
from tenant_apps.interest.selectors import demand
from tenant_apps.interest.services import register_interest
from tenant_apps.messaging.models import Message
from tenant_apps.people.identity import join_mistyped
from tenant_apps.people.models import Person
from tenant_apps.scheduling.services import update_session
from tests import make
from tests.bookings.conftest import in_site, path, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
ADA = {"name": "Ada Byron", "email": "ada@example.com", "seats": "2"}


@pytest.fixture
def course(tenant):
    return make.course(title="Heat pumps")


def told(name):
    return list(Message.objects.filter(kind=f"interest/{name}").order_by("created_at"))


def wait_a_while(**time):
    """What is due after a while is done, and those who are to hear of it are told."""
    make.deliver_all()
    with time_machine.travel(now() + timedelta(**time), tick=True):
        do_due_work()
        make.deliver_all()


def interested(course, **person):
    return register_interest(course=course, person=make.person(**person), by=None)


def test_who_reads_the_mail_of_the_address_is_noted_and_nobody_before(visitor, course):
    assert path("interest", course.slug) in text(visitor.open(f"/courses/{course.slug}/"))
    answer = visitor.client.post(path("interest", course.slug), ADA, follow=True)
    assert "ada@example.com" in text(answer)
    assert not Person.objects.filter(email="ada@example.com").exists()
    url = in_site(re.search(r"http://\S+", told("confirm")[0].text)[0])
    assert "Yes, tell me" in text(visitor.open(url))
    assert not Interest.objects.exists()
    assert "We tell you when there is a date" in text(visitor.client.post(url, follow=True))
    assert "noted this already" in text(visitor.client.post(url, follow=True))
    interest = Interest.objects.get()
    assert (interest.person.email, interest.seats) == ("ada@example.com", 2)
    make.deliver_all()
    assert len(told("registered")) == 1


def test_an_account_is_noted_at_once_and_sees_it_among_its_own(visitor, course):
    account, person = make.student_user()
    visitor.client.sign_in(account)
    visitor.client.post(path("interest", course.slug), {**ADA, "email": account.email})
    assert Interest.objects.get().person == person
    assert "Heat pumps" in text(visitor.open(path("my_bookings")))


def test_several_dates_that_open_within_minutes_are_one_email(course):
    interested(course)
    make.session(course=course, in_days=20)
    make.session(course=course, in_days=30)
    wait_a_while(minutes=5)
    assert not told("dates")
    wait_a_while(minutes=11)
    (mail,) = told("dates")
    assert "There are 2 dates" in mail.subject
    make.session(course=course, in_days=40)
    wait_a_while(minutes=30)
    assert len(told("dates")) == 1
    assert Interest.objects.get().status == "told"


def test_nobody_is_told_of_a_date_that_they_can_not_book(course):
    interested(course)
    private = make.session(course=course, visibility="private")
    full = make.session(course=course, capacity=1, takes_bookings=False)
    make.booking(session=full, by_office=True)
    wait_a_while(minutes=30)
    assert not told("dates")
    update_session(private, visibility="public", by=None)
    wait_a_while(minutes=60)
    assert len(told("dates")) == 1


def test_of_a_hundred_and_fifty_each_is_told_once(course):
    for n in range(150):
        interested(course, email=f"n{n}@example.com")
    make.session(course=course)
    wait_a_while(minutes=11)
    wait_a_while(minutes=12)
    assert len({mail.to for mail in told("dates")}) == len(told("dates")) == 150


def test_one_ends_it_by_the_link_and_hears_no_more(visitor, course):
    interest = interested(course)
    url = path("interest_own", own_token(interest))
    assert "You hear of it no longer" in text(visitor.client.post(url, follow=True))
    make.session(course=course)
    wait_a_while(minutes=11)
    assert not told("dates")
    assert visitor.open(f"{url[:-2]}x/").status_code == 404


def test_one_is_noted_once_and_not_where_there_are_dates(visitor, course):
    first = interested(course)
    with pytest.raises(AlreadyInterested):
        register_interest(course=course, person=first.person, by=None)
    other = make.session().course
    with pytest.raises(HasDates):
        interested(other)
    assert visitor.open(path("interest", other.slug)).status_code == 302


def test_of_two_records_of_one_person_one_interest_lasts(course):
    first, second = interested(course), interested(course)
    join_mistyped(second.person, first.person, by=None)
    assert sorted(Interest.objects.values_list("status", flat=True)) == ["left", "waiting"]
    assert set(Interest.objects.values_list("person", flat=True)) == {first.person_id}


def test_the_office_sees_how_much_a_course_is_asked_for(visitor, course):
    for seats in (1, 3):
        register_interest(course=course, person=make.person(), seats=seats, by=None)
    assert [(row.people, row.seats) for row in demand()] == [(2, 4)]
    visitor.client.sign_in(make.user("owner"))
    page = text(visitor.open("/admin/interest/"))
    assert "Heat pumps" in page
    assert "Plan a date" in page
    assert "Heat pumps" in visitor.open("/admin/interest/export.csv").content.decode()
    assert "Asked for" in text(visitor.open("/admin/"))


def test_a_stranger_makes_us_write_to_only_so_many_addresses(visitor, course, settings):
    settings.RATE_LIMITS = True
    codes = [
        visitor.client.post(path("interest", course.slug), {**ADA, "email": f"n{n}@example.com"}).status_code
        for n in range(32)
    ]
    assert (codes.count(302), codes.count(429)) == (30, 2)
