"""A session with somebody booked on it, and materials of it that are written down as they are."""

from functools import cache

import pytest
from django.db import connection

from tenant_apps.bookings.models import Attendee, Booking
from tenant_apps.bookings.selectors import token_of
from tenant_apps.materials.models import Material
from tenant_apps.materials.selectors import attendee_token
from tenant_apps.materials.services import add_file, add_link
from tests import make
from tests.office.conftest import desk  # noqa: F401
from tests.support.documents import a_pdf


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """The tenants' files of this test alone."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def handout(owner, **details) -> Material:
    return add_file(owner, a_pdf(), by=None, **{"title": "Handout", **details})


def link(owner, **details) -> Material:
    return add_link(owner, by=None, **{"title": "Exercises", "url": "https://example.org/ex", **details})


def booked(session=None, **fields):
    """A confirmed booking, with a seat for somebody else than its buyer."""
    attendees = [{"name": "Grace Hopper", "email": "grace@example.com"}]
    return make.confirmed_booking(session=session or make.session(), **{"attendees": attendees, **fields})


# A token says in which second it was signed: each is made once, so that it can be looked for on a page.
@cache
def _token(schema, pk, link_number) -> str:
    return token_of(Booking.objects.get(pk=pk))


@cache
def _seat_token(schema, pk, person, email) -> str:
    return attendee_token(Attendee.objects.get(pk=pk))


def page_of(booking) -> str:
    return f"/bookings/{_token(connection.schema_name, booking.pk, booking.link_number)}/"


def file_of(booking, material) -> str:
    """Where whoever has the booking's link gets a file."""
    return f"{page_of(booking)}materials/{material.pk}/"


def seat_page(booking) -> str:
    seat = booking.attendees.get()
    return f"/materials/{_seat_token(connection.schema_name, seat.pk, seat.person_id, seat.email)}/"


def seat_file(booking, material) -> str:
    return f"{seat_page(booking)}{material.pk}/"


def content(response) -> bytes:
    return b"".join(response.streaming_content)
