"""Seats that cost nothing belong to whoever reads the mail of the address that was typed."""

import re
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core import mail

from shared_apps.core.limits import HOUR, Rate
from shared_apps.core.time import now
from shared_apps.events.bus import deliver_due
from tenant_apps.bookings import hold_limits
from tenant_apps.bookings.hold_limits import most_free_seats
from tenant_apps.bookings.hold_times import expire_hold
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.proof import proof_link
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.branding.models import Brand
from tenant_apps.messaging import limits
from tenant_apps.messaging.models import Message, MessageStatus
from tenant_apps.messaging.sending import send_due
from tests import make
from tests.bookings.conftest import Visitor, in_site, path
from tests.support.due import do_what_is_due
from tests.support.web import tight

pytestmark = pytest.mark.django_db


@pytest.fixture
def mails(mails):
    def told(kind=""):
        while deliver_due():
            pass
        return mails(kind)

    return told


def link_in(message):
    return in_site(re.search(r"https?://\S+/bookings/confirm/\S+", message.text)[0])


def test_free_seats_are_held_until_the_link_in_the_email_is_followed(visitor, mails):
    answer = visitor.book(make.session(price=0), seats="2")
    text = visitor.open(answer.url).content.decode()
    booking = Booking.objects.get()
    assert booking.status == BookingStatus.PENDING
    assert "Your 2 seats are held" in text
    assert "Confirm by the link we sent to" in text
    assert "ada@example.com" in text
    assert visitor.open(path("booking_done", answer.url.split("/bookings/")[1].split("/")[0])).status_code == 302

    (message,) = mails()
    link = link_in(message)
    page = visitor.open(link)  # whoever only looks, as programs that check mail do, confirms nothing
    assert "Yes, I am coming" in page.content.decode()
    assert Booking.objects.get().status == BookingStatus.PENDING
    done = visitor.client.post(link)
    assert done.url.endswith("/done/")
    booking.refresh_from_db()
    assert (booking.status, booking.session.seats_confirmed) == (BookingStatus.CONFIRMED, 2)
    assert visitor.client.post(link).url.endswith("/done/")
    assert [each.kind for each in mails()] == ["bookings/prove", "bookings/confirmed"]


def test_a_free_booking_speaks_of_no_payment_and_says_why_the_list_of_seats_ends(visitor):
    session = make.session(price=0, capacity=10)
    text = visitor.open(path("book", session.pk)).content.decode()
    assert "Confirm by email" in text
    assert ">Pay<" not in tight(text)
    assert f"At most {most_free_seats(session)} seats can be booked online at once" in text


def test_who_books_for_somebody_else_is_not_made_to_say_that_they_come(visitor, mails):
    visitor.book(make.session(price=0), coming=None, attendee_1="Sam Clay")
    page = visitor.open(link_in(mails("bookings/prove")[0])).content.decode()
    assert "Yes, confirm the seat" in page
    assert "I am coming" not in page


def test_the_link_of_an_address_that_was_changed_is_worth_nothing(visitor, mails):
    session = make.session(price=0)
    visitor.book(session)
    mails()
    visitor.book(session, email="grace@example.com")
    old, new = mails("bookings/prove")
    assert (old.to, new.to) == ("ada@example.com", "grace@example.com")
    assert visitor.client.post(link_in(old)).status_code == 404
    assert visitor.client.post(link_in(new)).url.endswith("/done/")


def test_a_link_to_the_pages_confirms_nothing(visitor):
    token = visitor.token(make.session(price=0))
    for url in (path("booking_pay", token), path("booking_prove", token)):
        visitor.client.post(url)
    assert Booking.objects.get().status == BookingStatus.PENDING


def test_unconfirmed_they_go_back_quietly_and_a_late_link_takes_them_again_while_there_are_any(visitor, mails):
    session = make.session(price=0, capacity=4)
    visitor.book(session)
    mails()
    booking = make.run_out(Booking.objects.get())
    session.refresh_from_db()
    assert session.seats_taken == 0
    assert not mails("bookings/expired")

    (message,) = mails("bookings/prove")
    assert visitor.client.post(link_in(message)).url.endswith("/done/")
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED


def test_too_late_and_full_the_page_says_so(visitor, mails):
    session = make.session(price=0, capacity=1)
    visitor.book(session)
    mails()
    make.run_out(Booking.objects.get())
    make.confirmed_booking(session=session)
    (message,) = [each for each in mails("bookings/prove") if each.to == "ada@example.com"]
    for page in (visitor.open(link_in(message)), visitor.client.post(link_in(message))):
        assert "went back on sale" in page.content.decode()


def test_one_network_gets_a_quarter_of_the_free_seats_at_most_confirmed_or_not(tenant, client_of):
    session = make.session(price=0, capacity=80)
    assert most_free_seats(session) == 20
    for n in range(2):
        Visitor(client_of(tenant)).book(session, email=f"eve{n}@example.com", seats="10")
        booking = Booking.objects.get(buyer__email=f"eve{n}@example.com")
        assert client_of(tenant).post(in_site(proof_link(booking))).status_code == 302
    refused = Visitor(client_of(tenant)).book(session, email="eve3@example.com", seats="1")
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    session.refresh_from_db()
    assert session.seats_taken == 20
    elsewhere = client_of(tenant)
    elsewhere.defaults["REMOTE_ADDR"] = "203.0.113.9"
    assert Visitor(elsewhere).book(session, email="ada@example.com").status_code == 302


def test_seats_that_ran_out_or_were_cancelled_may_be_asked_for_again(tenant, client_of):
    session = make.session(price=0, capacity=12)
    for left in (expire_hold, lambda booking: cancel_booking(booking, by=None)):
        assert Visitor(client_of(tenant)).book(session, email="ada@example.com", seats="4").status_code == 302
        booking = Booking.objects.latest("created_at")
        Booking.objects.filter(pk=booking.pk).update(hold_expires_at=now() - timedelta(minutes=1))
        left(booking)
    assert Visitor(client_of(tenant)).book(session, email="ada@example.com", seats="4").status_code == 302
    assert Visitor(client_of(tenant)).book(session, email="eve@example.com", seats="1").status_code == 429


def test_links_of_holds_that_ran_out_give_a_network_no_more_seats_than_it_may_have(tenant, client_of):
    session, holds = make.session(price=0, capacity=16), []
    for n in range(3):
        Visitor(client_of(tenant)).book(session, email=f"eve{n}@example.com", seats="4")
        holds.append(Booking.objects.latest("created_at"))
        make.run_out(holds[-1])
    answers = [client_of(tenant).post(in_site(proof_link(hold))).status_code for hold in holds]
    assert answers == [302, 429, 429]
    session.refresh_from_db()
    assert session.seats_taken == 4


def test_when_a_period_ends_a_network_does_not_begin_anew(tenant, client_of, monkeypatch):
    session, a_day = make.session(price=0, capacity=16), 24 * 3600
    midnight = (time.time() // a_day + 1) * a_day
    for moment, seats, status in ((midnight - 60, "1", 302), (midnight + 60, "3", 302), (midnight + 90, "1", 429)):
        monkeypatch.setattr(hold_limits, "time", SimpleNamespace(time=lambda moment=moment: moment))
        asked = Visitor(client_of(tenant)).book(session, email=f"eve{moment:.0f}@example.com", seats=seats)
        assert asked.status_code == status


def test_a_small_free_session_offers_a_visitor_few_seats(visitor):
    text = visitor.open(path("book", make.session(price=0, capacity=12).pk)).content.decode()
    assert 'value="4"' in text
    assert 'value="5"' not in text


def test_a_network_may_name_so_many_addresses_in_an_hour(tenant, client_of):
    sessions = [make.session(capacity=50) for _ in range(4)]
    answers = [
        Visitor(client_of(tenant)).book(sessions[n % 4], email=f"made-up-{n}@example.com").status_code
        for n in range(31)
    ]
    assert answers == [302] * 30 + [429]


def test_one_address_gets_few_emails_that_nobody_there_asked_for_and_the_office_sees_the_rest(tenant, mails):
    person = make.person(email="victim@example.com")
    for _ in range(9):
        make.booking(session=make.session(price=0), buyer=person)
    mails()
    sent = Message.objects.filter(to="victim@example.com", status=MessageStatus.QUEUED)
    held_back = Message.objects.filter(to="victim@example.com", status=MessageStatus.WITHHELD)
    assert (sent.count(), held_back.count()) == (6, 3)
    send_due()
    assert len(mail.outbox) == 6


def test_a_link_that_was_held_back_is_not_said_to_be_sent(visitor, mails):
    Brand.objects.load()
    Brand.objects.update(contact_email="hello@alpha.test")
    person = make.person(email="ada@example.com")
    for _ in range(6):
        make.booking(session=make.session(price=0), buyer=person)
    token = visitor.token(make.session(price=0))
    mails()
    for page in (
        visitor.open(path("booking_check", token)),
        visitor.client.post(path("booking_prove_again", token), follow=True),
    ):
        text = page.content.decode()
        assert "has not gone to" in text
        assert "hello@alpha.test" in text
        assert "link we sent" not in text
        assert "We sent the link" not in text


def test_however_many_attendees_are_told_the_links_that_confirm_go_out(visitor, mails, monkeypatch):
    monkeypatch.setattr(limits, "TO_ALL_STRANGERS", (Rate(10, HOUR),))  # instead of hundreds
    names = [{"name": f"Vic Tim {k}", "email": f"v{k}@example.com"} for k in range(12)]
    make.pay(make.booking(session=make.session(capacity=12), seats=12, attendees=names, by_office=True))
    told = mails("bookings/attending")
    assert [each.status for each in told[-2:]] == [MessageStatus.WITHHELD] * 2
    visitor.book(make.session(price=0))
    assert [each.status for each in mails("bookings/prove")] == [MessageStatus.QUEUED]


@pytest.mark.parametrize("price", [0, 120])
@pytest.mark.parametrize("known", [False, True])
def test_what_a_stranger_types_is_in_no_email_to_somebody_else(visitor, mails, known, price):
    to = make.student_user()[0].email if known else "somebody@example.com"
    typed = {"name": "Call 0900 now", "attendee_2": "You owe us", "special_requests": "Pay here", "company": "Evil"}
    visitor.book(make.session(price=price), seats="2", email=to, **typed)
    do_what_is_due(after=timedelta(minutes=11))
    (message,) = mails()
    assert message.to == to
    for body in (message.subject, message.text, message.html):
        for text in typed.values():
            assert text not in body


@pytest.mark.parametrize("name", ["Sir,\n\nyour card was refused", "see http://evil.example", "x" * 101])
def test_a_letter_is_refused_as_a_name(visitor, name):
    answer = visitor.book(make.session(), name=name)
    assert answer.status_code == 200
    assert "error" in answer.content.decode()
    assert not Booking.objects.exists()
