"""Somebody wants to hear when a course has a date: noted once their address is proven, told once, left by a link."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from shared_apps.core.time import now
from shared_apps.timers.due import do_due_work
from shared_apps.web.templatetags.muster import day
from tenant_apps.interest.errors import AlreadyInterested, HasDates
from tenant_apps.interest.links import own_token
from tenant_apps.interest.models import Interest
from tenant_apps.interest.selectors import demand
from tenant_apps.interest.services import register_interest, tell_of_dates
from tenant_apps.messaging.models import Message
from tenant_apps.people.identity import join_mistyped
from tenant_apps.people.models import Person
from tenant_apps.scheduling.series import take_back_series
from tenant_apps.scheduling.services import cancel_session, update_session
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


def test_who_could_not_be_told_goes_on_waiting_and_hears_of_the_next_date(course):
    """The date is called off after its time to be told of has come, and before anybody was written to."""
    interest = interested(course)
    session = make.session(course=course)
    make.deliver_all()
    with time_machine.travel(now() + timedelta(minutes=11), tick=True):
        with transaction.atomic():
            tell_of_dates(course.pk)
        cancel_session(session, reason="Flooded", by=None)
        make.deliver_all()
    interest.refresh_from_db()
    assert (told("dates"), interest.status, interest.told_at) == ([], "waiting", None)
    make.session(course=course, in_days=70)
    wait_a_while(minutes=30)
    assert [mail.to for mail in told("dates")] == [interest.person.email]


def test_who_wants_ten_seats_is_told_of_the_date_that_has_ten_and_of_no_other(course):
    few, many = interested(course, email="one@example.com"), make.person(email="ten@example.com")
    ten = register_interest(course=course, person=many, seats=10, by=None)
    small = make.session(course=course, in_days=20, capacity=9)
    wait_a_while(minutes=11)
    assert [mail.to for mail in told("dates")] == [few.person.email]
    ten.refresh_from_db()
    assert ten.status == "waiting"
    large = make.session(course=course, in_days=30, capacity=10)
    wait_a_while(minutes=30)
    mail = told("dates")[1]
    assert (mail.to, "There is a date" in mail.subject) == ("ten@example.com", True)
    assert day(large.starts_at) in mail.text
    assert day(small.starts_at) not in mail.text
    ten.refresh_from_db()
    assert ten.status == "told"


def test_who_wants_more_seats_than_any_date_has_is_noted_all_the_same(course):
    make.session(course=course, capacity=9)
    with pytest.raises(HasDates):
        register_interest(course=course, person=make.person(), seats=9, by=None)
    assert register_interest(course=course, person=make.person(), seats=10, by=None).status == "waiting"


def test_who_was_told_of_dates_that_are_undone_waits_again_and_hears_of_the_next(course):
    interest = interested(course)
    series = make.series(course=course)
    wait_a_while(minutes=11)
    assert len(told("dates")) == 1
    take_back_series(series, keys=list(series.sessions.values_list("pk", flat=True)), by=None)
    make.deliver_all()
    interest.refresh_from_db()
    assert interest.status == "waiting"
    make.session(course=course)
    wait_a_while(minutes=30)
    assert len(told("dates")) == 2


def test_who_has_another_date_still_or_was_told_before_does_not_wait_again(course):
    before = interested(course)
    kept = make.session(course=course, capacity=1)
    wait_a_while(minutes=11)
    with time_machine.travel(now() + timedelta(minutes=15), tick=True):
        make.confirmed_booking(session=kept)
        since = interested(course)
        series = make.series(course=course)
        make.deliver_all()
    with time_machine.travel(now() + timedelta(minutes=30), tick=True):
        do_due_work()
        make.deliver_all()
        keys = list(series.sessions.order_by("series_date").values_list("pk", flat=True))
        take_back_series(series, keys=keys[1:], by=None)
        make.deliver_all()
        assert set(Interest.objects.values_list("status", flat=True)) == {"told"}
        take_back_series(series, keys=keys[:1], by=None)
        make.deliver_all()
    assert {one.pk for one in Interest.objects.waiting()} == {since.pk} != {before.pk}


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
