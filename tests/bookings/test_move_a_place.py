"""A place that moves house: those booked there hear it as of any move."""

from datetime import timedelta

import pytest
import time_machine

from shared_apps.core.time import now
from tenant_apps.scheduling.models import Place
from tenant_apps.scheduling.moves import tell_moves
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def test_another_address_of_a_place_is_told_to_those_booked_once_the_office_says_that_it_moved(office, mails):
    place = make_place("1 Old Street\nBristol")
    booking = make.confirmed_booking(session=make.session(in_days=20, place=place))
    form = {"name": place.name, "address": "99 New Road\nBath"}
    answer = office.post(f"/admin/places/{place.pk}/", form)
    assert answer.status_code == 422
    assert "1 date with people booked is held here" in answer.content.decode()
    assert office.post(f"/admin/places/{place.pk}/", {**form, "address_is": "elsewhere"}).status_code == 302
    make.deliver_all()
    booking.refresh_from_db()
    assert booking.session_moved_at  # they may cancel for everything back
    with time_machine.travel(now() + timedelta(minutes=30), tick=True):
        tell_moves()
        make.deliver_all()
    (mail,) = mails("bookings/moved")
    assert "1 Old Street" in mail.text
    assert "99 New Road" in mail.text
    assert "SEQUENCE:2" in mail.attachments[0]["content"]


def test_an_address_that_is_only_written_otherwise_is_told_to_calendars_alone(office, mails):
    place = make_place("1 Old St\nBristol")
    session = make.session(in_days=20, place=place)
    make.confirmed_booking(session=session)
    office.post(f"/admin/places/{place.pk}/", {"name": place.name, "address": "1 Old Street", "address_is": "same"})
    session.refresh_from_db()
    assert (session.sequence, session.tell_move_at) == (1, None)
    assert session.where.endswith("1 Old Street")


def make_place(address):
    return Place.objects.create(name="Training centre", address=address)
