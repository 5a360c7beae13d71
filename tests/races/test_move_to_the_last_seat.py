"""Many move to one date at the same moment, or change places: seats change hands once, and nobody waits for ever."""

from collections import Counter
from threading import Barrier, local

import pytest
from django.db import OperationalError, connection

from shared_apps.tenants.context import tenant_context
from tenant_apps.bookings import transfers
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.seat_check import miscounted, sessions_with_odd_claims
from tenant_apps.bookings.transfers import transfer_booking
from tenant_apps.scheduling import claims
from tenant_apps.scheduling.errors import SessionFull
from tenant_apps.scheduling.models import Session
from tenant_apps.terms.models import BookingTerms
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
WHO = 8


def mover(booking, to):
    return lambda: transfer_booking(booking=booking, to=to, by=None)


def those_who_move(alpha, capacity):
    with tenant_context(alpha):
        BookingTerms.objects.load()
        to = make.session(capacity=capacity)
        return to, [make.confirmed_booking(session=make.session()) for _ in range(WHO)]


def test_of_many_who_move_to_the_last_seat_one_gets_it_and_the_others_keep_theirs(alpha, all_at_once, repeats):
    for _ in range(repeats(2, thorough=50)):
        to, bookings = those_who_move(alpha, 1)
        ends = all_at_once([mover(booking, to) for booking in bookings])
        assert Counter(map(type, ends)) == {Booking: 1, SessionFull: WHO - 1}
        with tenant_context(alpha):
            to.refresh_from_db()
            assert (to.seats_taken, to.seats_confirmed) == (1, 1)
            where = Booking.objects.filter(pk__in=[booking.pk for booking in bookings]).values_list(
                "session", flat=True
            )
            assert len(set(where)) == WHO  # nobody is nowhere, or at two dates
            assert sessions_with_odd_claims() == []
            assert miscounted() == []


def careless_sessions(ids):
    return Session.objects.select_related("course").in_bulk(set(ids))


def test_the_control_lets_all_of_them_have_the_last_seat(alpha, all_at_once, monkeypatch):
    everybody_has_counted = Barrier(WHO)
    to, bookings = those_who_move(alpha, 1)

    def naive(among, session_id, seats):
        row = Session.objects.get(pk=session_id)
        everybody_has_counted.wait(20)
        Session.objects.filter(pk=session_id).update(seats_taken=row.seats_taken + seats)
        return row.seats_left >= seats

    monkeypatch.setattr(transfers, "lock_sessions", careless_sessions)
    monkeypatch.setattr(claims, "_taken", naive)
    with tenant_context(alpha), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE scheduling_session DROP CONSTRAINT session_is_never_oversold")
        cursor.execute("ALTER TABLE scheduling_session DROP CONSTRAINT confirmed_spots_are_booked_spots")
    assert Counter(map(type, all_at_once([mover(booking, to) for booking in bookings]))) == {Booking: WHO}
    with tenant_context(alpha):
        assert Booking.objects.filter(session=to).count() == WHO > to.capacity


def those_who_change_places(alpha):
    with tenant_context(alpha):
        BookingTerms.objects.load()
        one, other = make.session(capacity=2), make.session(capacity=2)
        here, there = make.confirmed_booking(session=one), make.confirmed_booking(session=other)
        return [mover(here, other), mover(there, one)]


def test_two_who_change_places_do_not_wait_for_each_other(alpha, all_at_once, repeats):
    for _ in range(repeats(4, thorough=100)):
        ends = all_at_once(those_who_change_places(alpha))
        assert Counter(map(type, ends)) == {Booking: 2}
        with tenant_context(alpha):
            assert miscounted() == []


def test_the_control_waits_for_ever(alpha, all_at_once, monkeypatch):
    """Each takes its new seat first and gives the old one back then: the database ends one of the two."""
    both_have_taken, mine, taken = Barrier(2), local(), claims._taken

    def slow(among, session_id, seats):
        answer = taken(among, session_id, seats)
        if not getattr(mine, "waited", False):
            mine.waited = True
            both_have_taken.wait(20)
        return answer

    steps = those_who_change_places(alpha)
    monkeypatch.setattr(transfers, "lock_sessions", careless_sessions)
    monkeypatch.setattr(claims, "_taken", slow)
    ends = all_at_once(steps)
    assert Counter(map(type, ends)) == {Booking: 1, OperationalError: 1}
