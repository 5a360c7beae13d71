"""The email that offers a seat, and the page that its link opens."""

import re
from datetime import timedelta

import pytest
import time_machine

from shared_apps.core.time import now
from shared_apps.events.bus import deliver_due
from shared_apps.tenants.context import tenant_context
from tenant_apps.bookings.models import Booking, WaitingListEntry
from tenant_apps.bookings.offer_links import offer_token
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.bookings.waiting_list import join_waiting_list
from tenant_apps.messaging.models import Message
from tenant_apps.people.services import correct_email
from tenant_apps.scheduling.models import Offer
from tests import make
from tests.bookings.conftest import path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def offered(*, price=120, **person):
    """Somebody who waited for the one seat of a session is offered it."""
    session = make.session(capacity=1, price=price)
    taken = make.booking(session=session)
    join_waiting_list(session=session, person=make.person(**person), by=None)
    cancel_booking(taken, by=None)
    deliver_due()
    return Offer.objects.select_related("person").get()


def link():
    mail = Message.objects.get(kind="bookings/offer")
    return "/" + re.search(r"http://[^/]+/alpha/(offers/\S+)", mail.text)[1], mail


def test_who_is_next_gets_an_email_with_a_link_that_only_looks_when_it_is_opened(visitor):
    offer = offered(name="Wanda Waits")
    url, mail = link()
    assert mail.to == offer.person.email
    assert "A seat is free for you" in mail.subject
    assert f"{offer.until:%-d}" in mail.text
    page = visitor.open(url)
    assert "A seat is free for you" in page.content.decode()
    assert (page["X-Robots-Tag"], "private" in page["Cache-Control"]) == ("noindex", True)
    assert not Booking.objects.live().exists()


def test_accepting_leads_straight_to_payment(visitor):
    offer = offered()
    url, _mail = link()
    answer = visitor.client.post(url, {"accept": "1"})
    booking = Booking.objects.live().get()
    assert (booking.status, booking.buyer, booking.order.due) == ("pending", offer.person, 120)
    assert answer["Location"].endswith("/check/")
    assert "Pay £120" in visitor.open(answer["Location"].partition("/alpha")[2]).content.decode()
    again = visitor.client.post(url, {"accept": "1"}, follow=True).content.decode()
    assert "This offer is over" in again
    assert Booking.objects.live().count() == 1


def test_a_free_seat_is_confirmed_since_the_link_proves_the_address(visitor):
    offered(price=0)
    answer = visitor.client.post(link()[0], {"accept": "1"})
    assert answer["Location"].endswith("/done/")
    assert Booking.objects.get(status="confirmed").order is None
    deliver_due()
    assert not Message.objects.filter(
        kind="bookings/prove", about_id=Booking.objects.get(status="confirmed").pk
    ).exists()


def test_declining_gives_the_seat_to_the_next(visitor):
    offered()
    page = visitor.client.post(link()[0], {"decline": "1"}, follow=True).content.decode()
    assert "This offer is over" in page
    assert (WaitingListEntry.objects.get().status, Booking.objects.live().count()) == ("left", 0)


def test_a_late_answer_is_told_so_and_books_nothing(visitor):
    offered()
    url, _mail = link()
    with time_machine.travel(now() + timedelta(hours=25)):
        page = visitor.client.post(url, {"accept": "1"}, follow=True).content.decode()
    assert "This offer is over" in page
    assert not Booking.objects.live().exists()


def test_a_link_that_is_forged_foreign_or_went_to_another_address_opens_nothing(visitor, alpha, beta):
    offer = offered()
    token = offer_token(offer)
    with tenant_context(beta):
        foreign = offer_token(offer)
    for wrong in (f"{token}x", foreign, "x"):
        assert visitor.client.post(path("offer", wrong), {"accept": "1"}).status_code == 404
    correct_email(offer.person, "somebody.else@example.com", by=None)
    assert visitor.client.post(path("offer", token), {"accept": "1"}).status_code == 404
    assert Offer.objects.get().status == "offered"


def test_the_office_calls_who_has_no_email_address():
    make.user("owner", email="owner@example.com")
    session = make.session(capacity=1)
    taken = make.booking(session=session)
    person = make.person(name="Nora Nomail")
    person.email = ""
    person.save()
    join_waiting_list(session=session, person=person, by=None)
    cancel_booking(taken, by=None)
    deliver_due()
    mail = Message.objects.get(kind="bookings/office_offer", to="owner@example.com")
    assert "Nora Nomail" in mail.subject
    assert not Message.objects.filter(kind="bookings/offer").exists()
