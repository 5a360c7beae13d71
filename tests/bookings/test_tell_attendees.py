"""Whoever has a seat that somebody else booked hears where to be, by their own address."""

import pytest

from shared_apps.events.bus import deliver_due
from tenant_apps.bookings.details import set_details
from tenant_apps.bookings.selectors import token_of
from tenant_apps.bookings.services import cancel_booking
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def booked(**fields):
    people = [{"name": "Ada Byron", "email": "ada@example.com"}, {"name": "Grace Hopper", "email": "grace@example.com"},
              {"name": "Nameless Third", "email": ""}]  # fmt: skip
    buyer = make.person(name="Ada Byron", email="ada@example.com")
    return make.booking(seats=3, buyer=buyer, attendees=people, **fields)


def settle():
    while deliver_due():
        pass


def test_an_attendee_with_an_address_gets_joining_details_once_it_is_confirmed(mails):
    booking = booked(session=make.session(online_url="https://meet.example/room"))
    settle()
    assert not mails("bookings/attending")
    make.pay(booking)
    settle()
    (mail,) = mails("bookings/attending")
    assert mail.to == "grace@example.com"  # the buyer has the confirmation
    (file,) = mail.attachments
    for body in (mail.text, mail.html, file["content"].replace("\r\n ", "")):
        assert "https://meet.example/room" in body
        assert "/bookings/" not in body  # the link that manages the booking is the buyer's
        assert "Nameless" not in body
        assert token_of(booking)[:20] not in body


def test_an_attendee_reads_nothing_that_a_visitor_typed_and_who_booked_only_from_the_office(mails):
    for by_office in (False, True):
        typed = {"contact_name": "Win Apreis", "company": "Sign in here", "special_requests": "Hurry up"}
        make.pay(booked(**typed, by_office=by_office))
        settle()
        mail = mails("bookings/attending")[-1]
        for body in (mail.text, mail.html):
            assert ("Win Apreis" in body) is by_office
            assert "Sign in here" not in body
            assert "Hurry up" not in body


def test_a_new_address_is_told_and_the_same_one_not_again(mails):
    booking = booked()
    make.pay(booking)
    settle()
    names = [{"name": "Ada Byron", "email": "ada@example.com"}, {"name": "Grace", "email": "GRACE@example.com"},
             {"name": "Mary Somerville", "email": "mary@example.com"}]  # fmt: skip
    set_details(booking, by=None, attendees=names)
    settle()
    assert [mail.to for mail in mails("bookings/attending")] == ["grace@example.com", "mary@example.com"]


def test_whoever_was_told_hears_that_it_is_cancelled(mails):
    booking = booked()
    make.pay(booking)
    settle()
    cancel_booking(booking, by=None)
    settle()
    (mail,) = mails("bookings/attending_cancelled")
    assert mail.to == "grace@example.com"
    assert "METHOD:CANCEL" in mail.attachments[0]["content"]
