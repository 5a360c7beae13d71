"""Sending again, another tab, going back, another device, too late: one visitor holds seats once, and loses no word."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from shared_apps.core.time import now
from shared_apps.events.bus import deliver_due
from shared_apps.events.models import Event
from tenant_apps.bookings.hold_times import expire_holds
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.payments.credits import give_credit
from tests import make
from tests.bookings.conftest import Visitor, path, text
from tests.support.web import tight

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def test_a_form_sent_twice_books_once(visitor, tenant, client_of):
    session = make.session()
    form = visitor.form(session)
    first = visitor.send(session, form)
    second = visitor.send(session, form)
    elsewhere = Visitor(client_of(tenant)).send(session, form)  # the same click, before the first answer came

    session.refresh_from_db()
    assert Booking.objects.count() == 1
    assert session.seats_taken == 1
    assert {first.status_code, second.status_code, elsewhere.status_code} == {302}


def test_a_second_tab_goes_on_with_the_same_hold(visitor):
    session = make.session()
    one, two = visitor.form(session), visitor.form(session, seats="2")
    assert one["form_key"] != two["form_key"]
    visitor.send(session, one)
    answer = visitor.send(session, two)

    session.refresh_from_db()
    assert answer.status_code == 302
    assert Booking.objects.get().seats == 2
    assert session.seats_taken == 2


def test_going_back_shows_what_was_given_and_changes_the_same_booking(visitor):
    session = make.session()
    given = {"seats": "3", "attendee_2": "Grace Hopper", "phone": "07700 900123", "company": "Engines Ltd"}
    visitor.token(session, **given)
    text = visitor.open(path("book", session.pk)).content.decode()
    for said in ("Ada Byron", "ada@example.com", "Grace Hopper", "07700 900123", "Engines Ltd", "held until"):
        assert said in text
    assert re.search(r'<option value="3"[^>]*\sselected', text)

    held_until = Booking.objects.get().hold_expires_at
    visitor.token(session, seats="1", email="ada.b@example.com", name="Ada B")
    booking = Booking.objects.get()
    session.refresh_from_db()
    assert (booking.seats, session.seats_taken, booking.contact_name) == (1, 1, "Ada B")
    assert booking.buyer.email == booking.order.buyer.email == "ada.b@example.com"
    assert booking.order.total == 120
    assert booking.hold_expires_at == held_until


def test_the_last_seats_can_still_be_changed_by_who_holds_them(visitor):
    session = make.session(capacity=2)
    visitor.token(session, seats="2")
    page = visitor.open(path("book", session.pk))
    assert page.status_code == 200
    assert '<option value="2"' in page.content.decode()
    visitor.token(session, seats="1")
    session.refresh_from_db()
    assert session.seats_left == 1


def test_somebody_elses_hold_is_nobody_elses(visitor, other_visitor):
    session = make.session()
    visitor.token(session, special_requests="Something private")
    text = other_visitor.open(path("book", session.pk)).content.decode()
    assert "ada@example.com" not in text
    assert "Something private" not in text


def test_the_same_person_on_another_device_gets_the_link_instead_of_a_second_booking(visitor, other_visitor, mails):
    session = make.session()
    visitor.token(session)
    answer = other_visitor.book(session, email="ADA@example.com")
    other_visitor.book(session, email="ada@example.com")

    assert answer.status_code == 409
    assert "already" in answer.content.decode()
    assert Booking.objects.count() == 1
    (mail,) = mails("bookings/link")
    assert mail.to == "ada@example.com"
    assert "/bookings/" in mail.text


def test_after_the_hold_ended_the_answers_are_still_there(visitor):
    session = make.session()
    token = visitor.token(session, special_requests="A quiet corner")
    Booking.objects.update(hold_expires_at=now() - timedelta(seconds=1))
    assert "went back on sale" in visitor.open(path("booking_check", token)).content.decode()
    expire_holds()
    page = visitor.open(path("booking_check", token)).content.decode()
    assert "went back on sale" in page
    assert path("book", session.pk) in page

    assert "A quiet corner" in visitor.open(path("book", session.pk)).content.decode()
    assert "Due" not in visitor.open(path("booking", token)).content.decode()
    visitor.token(session)
    assert sorted(Booking.objects.values_list("status", flat=True)) == ["expired", "pending"]


def test_more_time_is_given_once(visitor):
    session = make.session()
    token = visitor.token(session)
    Booking.objects.update(hold_expires_at=now() + timedelta(minutes=3))
    assert path("booking_extend", token) in visitor.open(path("booking_check", token)).content.decode()
    visitor.client.post(path("booking_extend", token))
    Event.objects.all().delete()  # the history may be pruned: it is not what the rule goes by
    until = Booking.objects.get().hold_expires_at
    assert until > now() + timedelta(minutes=25)
    visitor.client.post(path("booking_extend", token))
    assert Booking.objects.get().hold_expires_at == until
    assert path("booking_extend", token) not in visitor.open(path("booking_check", token)).content.decode()


def test_an_old_page_sent_again_after_the_booking_ended_books_anew(visitor):
    session = make.session()
    form = visitor.form(session)
    visitor.send(session, form)
    cancel_booking(Booking.objects.get(), by=None)
    answer = visitor.send(session, form)
    assert answer.status_code == 302
    assert sorted(Booking.objects.values_list("status", flat=True)) == ["cancelled", "pending"]


def test_another_date_asks_nothing_again_and_gives_the_first_seats_back(visitor, mails):
    course = make.course()
    first, second = make.session(course=course), make.session(course=course, in_days=90)
    token = visitor.token(first, seats="2", attendee_2="Grace Hopper", phone="07700 900123", special_requests="Veggie")

    text = visitor.open(path("book", second.pk)).content.decode()
    for said in ("Ada Byron", "ada@example.com", "Grace Hopper", "07700 900123", "Veggie", "Let go of the 2 seats"):
        assert said in text
    assert re.search(r'<option value="2"[^>]*\sselected', text)

    visitor.token(second, seats="2", let_go="on")
    for session, booked in ((first, 0), (second, 2)):
        session.refresh_from_db()
        assert session.seats_taken == booked
    assert "Another date was chosen" in visitor.open(path("booking", token)).content.decode()
    deliver_due()
    assert mails("bookings/cancelled") == []  # who goes on to pay for another date need not hear that


def test_who_wants_both_dates_keeps_both(visitor):
    course = make.course()
    first, second = make.session(course=course), make.session(course=course, in_days=90)
    visitor.token(first)
    visitor.token(second)
    first.refresh_from_db()
    assert (first.seats_taken, Booking.objects.live().count()) == (1, 2)


def test_seats_of_another_course_are_not_asked_about(visitor):
    visitor.token(make.session())
    assert "Let go" not in visitor.open(path("book", make.session().pk)).content.decode()


def test_a_hold_opened_by_its_link_is_changed_with_what_was_given(visitor, other_visitor):
    session = make.session()
    token = visitor.token(session, special_requests="A quiet corner")
    other_visitor.open(path("booking_check", token))
    assert "A quiet corner" in other_visitor.open(path("book", session.pk)).content.decode()


def test_the_form_of_a_hold_shows_what_was_taken_off_and_what_is_left_to_pay(visitor):
    session = make.session(course=make.course(price=185))
    token = visitor.token(session, seats="3")
    give_credit(Booking.objects.get().order, amount=Decimal(200), reason="A regular", by=None)
    seen = tight(text(visitor.open(path("book", session.pk))))
    assert re.search("Total</span><span[^>]*>£555<", seen)
    assert re.search("Taken off the price</span><span[^>]*>−£200<", seen)
    assert re.search("To pay</span><span[^>]*>£355<", seen)
    assert "Pay £355" in text(visitor.open(path("booking_check", token)))

    form = visitor.form(session, seats="1")
    done = visitor.open(visitor.send(session, form).url)
    said = tight(text(done))
    assert re.search("Taken off the price</dt><dd[^>]*>−£185<", said)  # no more than it costs now
    assert re.search("Paid</dt><dd[^>]*>£0<", said)
