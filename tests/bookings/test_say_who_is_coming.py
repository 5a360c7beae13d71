"""The first page: what it asks and what it refuses."""

import re

import pytest

from shared_apps.events.bus import deliver_due
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.name_times import names_link
from tenant_apps.bookings.selectors import token_of
from tenant_apps.bookings.services import change_held_booking
from tenant_apps.people.models import Person
from tenant_apps.scheduling.services import cancel_session
from tests import make
from tests.bookings.conftest import Visitor, path, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


@pytest.mark.parametrize("on_host", [False, True])
def test_a_visitor_holds_seats_and_checks_what_they_said(alpha, client_of, on_host):
    visitor, session = Visitor(client_of(alpha, on_host=on_host)), make.session()
    token = visitor.token(session, seats="2", attendee_2="Grace Hopper", special_requests="Step-free access")

    booking = Booking.objects.get()
    assert (booking.status, booking.seats) == (BookingStatus.PENDING, 2)
    assert [attendee.name for attendee in booking.attendees.all()] == ["Ada Byron", "Grace Hopper"]
    page = visitor.open(path("booking_check", token))
    assert page.status_code == 200
    assert page["X-Robots-Tag"] == "noindex"
    assert "private" in page["Cache-Control"]
    for said in ("Ada Byron", "Grace Hopper", "Step-free access", "Pay £240", "Pay £72 deposit", "held until"):
        assert said in page.content.decode()
    assert ("http://alpha.localhost" if on_host else "/alpha/") in page.wsgi_request.build_absolute_uri()


def test_the_form_asks_little_and_helps_to_fill_it_in(visitor):
    text = visitor.open(path("book", make.session().pk)).content.decode()
    fields = re.findall(r"<(?:input|select|textarea)[^>]+>", text)
    asked = [field for field in fields if 'type="hidden"' not in field]
    assert sum(" required" in field for field in asked) <= 6
    for name, attribute in [
        ("name", 'autocomplete="name"'), ("email", 'autocomplete="email"'), ("email", 'inputmode="email"'),
        ("phone", 'autocomplete="tel"'), ("phone", 'inputmode="tel"'), ("company", 'autocomplete="organization"'),
    ]:  # fmt: skip
        assert any(f'name="{name}"' in field and attribute in field for field in fields), (name, attribute)


def test_what_is_wrong_is_said_at_the_top_and_what_was_typed_stays(visitor):
    answer = visitor.book(make.session(), name="", email="ada@", special_requests="A quiet corner")
    text = answer.content.decode()
    assert re.search(r"<title>\s*Error:", text)
    assert "There is a problem" in text
    assert 'href="#id_name"' in text
    assert 'href="#id_email"' in text
    assert "autofocus" in text
    assert "ada@" in text
    assert "A quiet corner" in text
    assert not Booking.objects.exists()


def test_without_javascript_a_button_brings_the_name_fields_and_keeps_the_answers(visitor):
    session = make.session()
    form = visitor.form(session, seats="3", name="Ada Byron", email="")
    text = visitor.send(session, {**form, "update": "1"}).content.decode()
    assert 'name="attendee_2"' in text
    assert 'name="attendee_3"' in text
    assert 'name="attendee_1"' not in text
    assert 'name="attendee_4"' not in text
    assert 'value="Ada Byron"' in text
    assert form["form_key"] in text
    assert "£360" in text
    assert "There is a problem" not in text
    assert not Booking.objects.exists()


def test_what_is_typed_goes_along_to_another_date_and_books_only_that(visitor):
    course = make.course()
    here, there = (
        make.session(course=course, in_days=days, capacity=capacity) for days, capacity in ((30, 9), (60, 2))
    )
    form = visitor.form(here, seats="3")
    visitor.send(here, form)
    text = visitor.send(there, {**form, "update": "date"}).content.decode()
    assert 'value="Ada Byron"' in text
    assert form["form_key"] not in text  # the booking of the first date has it
    assert re.search(r'<option value="2"\s+selected', text)  # it has no third seat
    assert Booking.objects.get().session == here
    assert re.search(r'<input[^>]*name="let_go"[^>]*checked', text)  # as on the page of that date by its link
    visitor.token(there, seats="2", attendee_2="Grace Hopper")
    assert Booking.objects.get(session=there).seats == 2


def test_who_books_for_somebody_else_names_them(visitor):
    session = make.session()
    refused = visitor.book(session, coming=None)
    assert "Enter the name of the person who comes" in refused.content.decode()
    visitor.token(session, coming=None, attendee_1="Grace Hopper")
    assert [attendee.name for attendee in Booking.objects.get().attendees.all()] == ["Grace Hopper"]


def test_names_may_come_later(visitor):
    visitor.token(make.session(), seats="4", attendee_3="Grace Hopper")
    booking = Booking.objects.get()
    assert booking.seats == 4
    assert [attendee.name for attendee in booking.attendees.all()] == ["Ada Byron", "Grace Hopper"]


def test_no_more_seats_are_offered_than_there_are(visitor):
    session = make.session(capacity=3)
    text = visitor.open(path("book", session.pk)).content.decode()
    assert '<option value="3"' in text
    assert '<option value="4"' not in text
    assert visitor.book(session, seats="4").status_code == 200
    assert not Booking.objects.exists()


def test_a_strangers_form_changes_nothing_of_a_known_person(visitor):
    person = make.person(name="Ada Lovelace", email="ada@example.com", phone="0117 496 0001")
    visitor.token(make.session(), name="Mallory", phone="0117 496 0666")
    person.refresh_from_db()
    assert (person.name, person.phone) == ("Ada Lovelace", "0117 496 0001")
    assert Booking.objects.get().contact_name == "Mallory"
    assert Person.objects.filter(email="ada@example.com").count() == 1


def test_a_signed_in_person_types_nothing_twice(visitor):
    user, _ = make.student_user()
    visitor.client.sign_in(user)
    text = visitor.open(path("book", make.session().pk)).content.decode()
    assert f'value="{user.name}"' in text
    assert f'value="{user.email}"' in text


def test_what_costs_nothing_is_booked_at_once_by_who_is_signed_in(visitor):
    account, _ = make.student_user()
    visitor.client.sign_in(account)
    answer = visitor.book(make.session(price=0), email=account.email)
    assert Booking.objects.get().status == BookingStatus.CONFIRMED
    page = visitor.open(answer.url)
    assert page.status_code == 200
    assert "Your seat is booked" in page.content.decode()


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("full", "sold out"), ("cancelled", "was cancelled"), ("begun", "has begun"), ("closed", "takes no bookings"),
        ("on request", "on request"),
    ],
)  # fmt: skip
def test_what_cannot_be_booked_says_why_and_shows_the_way_on(visitor, reason, says):
    course = make.course(price=None if reason == "on request" else 120)
    session = make.session(course=course, capacity=1, in_days=-0.1 if reason == "begun" else 60)
    other = make.session(course=course, in_days=70, price=90)
    if reason == "full":
        make.booking(session=session)
    if reason == "cancelled":
        cancel_session(session, reason="", by=None)
    if reason == "closed":
        session.takes_bookings = False
        session.save()
    page = visitor.open(path("book", session.pk))
    assert says in page.content.decode()
    assert path("course", course.slug) in page.content.decode()
    if reason != "on request":
        assert str(other.pk) in page.content.decode()
    before = Booking.objects.count()
    refused = visitor.client.post(path("book", session.pk), {"seats": "1"})
    assert refused.status_code == 409
    assert Booking.objects.count() == before


def test_who_loses_the_race_is_told_on_the_spot(visitor):
    session = make.session(capacity=1)
    form = visitor.form(session)
    make.booking(session=session)
    answer = visitor.send(session, form)
    assert answer.status_code == 409
    assert "sold out" in answer.content.decode()
    assert "nothing was charged" in answer.content.decode()


def test_who_asks_for_more_than_is_left_by_now_is_told_how_many_there_are(visitor):
    session = make.session(capacity=3)
    form = visitor.form(session, seats="3")
    make.booking(session=session, seats=2)
    answer = visitor.send(session, form)
    session.refresh_from_db()
    assert session.seats_taken == 2
    assert "There is a problem" in answer.content.decode()


def test_a_date_that_is_not_public_is_not_there(visitor):
    private = make.session(visibility="private")
    unpublished = make.session(course=make.course(published=False))
    for session in (private, unpublished):
        assert visitor.open(path("book", session.pk)).status_code == 404


def test_the_form_is_refused_without_its_token(alpha, client_of):
    session, client = make.session(), client_of(alpha, enforce_csrf_checks=True)
    assert client.post(path("book", session.pk), {"seats": "1"}).status_code == 403
    assert not Booking.objects.exists()


def test_who_chose_other_seats_reads_what_those_cost_and_nothing_of_the_former_ones(visitor):
    booking = make.booking(session=make.session(price=120))
    change_held_booking(booking, seats=3)
    page = visitor.open(path("booking_check", token_of(booking))).content.decode()
    assert "3 × £120" in page
    assert "1 × £120" not in page


def test_what_was_copied_from_a_list_of_contacts_is_taken_without_the_marks_around_it(visitor):
    visitor.token(
        make.session(), name="\u200eZoe\u00a0Harding", email="\u202azoe@example.com\u202c",
        phone="\u202a07700\u00a0900123\u202c",
    )  # fmt: skip
    booking = Booking.objects.get()
    assert (booking.contact_name, booking.contact_phone) == ("Zoe Harding", "07700 900123")
    assert booking.buyer.email == "zoe@example.com"


def test_a_message_is_no_name_with_marks_in_it_either(visitor):
    assert "without web or email addresses" in text(visitor.book(make.session(), name="Ann evil\u2060.com"))
    assert not Booking.objects.exists()


def test_seats_without_a_name_are_said_at_once_with_a_link_to_hand_on(visitor, mails):
    booking = make.confirmed_booking(session=make.session(in_days=40), seats=3, attendees=[{"name": "Ada Byron"}])
    deliver_due()
    html = visitor.open(path("booking_done", token_of(booking))).content.decode()
    assert "2 seats have no name yet" in html
    link = names_link(booking).rsplit(":", 2)[0]  # without the second of signing
    assert f'data-copy="{link}' in html
    (mail,) = mails("bookings/confirmed")
    assert "2 seats have no name yet" in mail.text
    assert link in mail.text
    assert link in mail.html
