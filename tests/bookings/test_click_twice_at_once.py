"""The same form arriving several times at the same moment."""

import pytest

from shared_apps.core.ids import uuid7
from tenant_apps.bookings.holding import hold_seats
from tenant_apps.bookings.models import Booking
from tests import make


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_eight_times_at_once_books_once(tenant, all_at_once):
    session, key = make.session(capacity=8), uuid7()

    def send():
        return hold_seats(
            session=session, held=None, form_key=key, seats=1, name="Ada", email="ada@example.com", phone="",
            attendees=[], by=None, booking_id=uuid7(),
        )  # fmt: skip

    answers = all_at_once([send] * 8)
    session.refresh_from_db()
    assert {answer.pk for answer in answers} == {Booking.objects.get().pk}
    assert session.seats_taken == 1
