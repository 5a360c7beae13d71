"""The buyer's road through Django's client, with money paid in cash where a card is not the point."""

import re
from urllib.parse import urlparse

import pytest
from django.urls import reverse

from tenant_apps.bookings.models import Booking, BookingStatus
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def answers(page, **changes):
    """What a person fills in on the page, with the key that is on it."""
    key = re.search(r'name="form_key" value="([^"]+)"', page.content.decode())
    assert key, page.content.decode()
    given = {"form_key": key[1], "seats": "1", "name": "Ada Byron", "email": "ada@example.com", "coming": "on"}
    return {name: value for name, value in {**given, **changes}.items() if value is not None}


def path(name, *args):
    return reverse(name, args=args, urlconf="config.urls_tenant")


def book(client, session, **changes):
    url = path("book", session.pk)
    return client.post(url, answers(client.get(url), **changes))


@pytest.mark.parametrize("on_host", [False, True])
def test_a_visitor_holds_seats_and_checks_what_they_said(alpha, client_of, on_host):
    client, session = client_of(alpha, on_host=on_host), make.session()
    answer = book(client, session, seats="2", attendee_2="Grace Hopper", special_requests="Step-free access")

    assert answer.status_code == 302
    booking = Booking.objects.get()
    assert (booking.status, booking.seats) == (BookingStatus.PENDING, 2)
    assert [attendee.name for attendee in booking.attendees.all()] == ["Ada Byron", "Grace Hopper"]
    page = client.get(urlparse(answer.url).path)
    text = page.content.decode()
    assert page.status_code == 200
    assert page["X-Robots-Tag"] == "noindex"
    for said in ("Ada Byron", "Grace Hopper", "Step-free access", "£240", "£72", "Your seats are held until"):
        assert said in text
