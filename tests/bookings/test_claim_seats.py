"""Who has seats of a session is a claim, and the session counts its claims."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.migrations.loader import MigrationLoader

from shared_apps.core.db import connection
from shared_apps.core.time import now
from shared_apps.events.bus import deliver_due
from tenant_apps.bookings.hold_times import extend_hold
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.seat_check import miscounted, sessions_with_odd_claims
from tenant_apps.bookings.services import cancel_booking, change_held_booking
from tenant_apps.people.identity import join_mistyped
from tenant_apps.scheduling.models import SeatClaim, Session
from tenant_apps.scheduling.moves import tell_moves
from tenant_apps.scheduling.services import update_session
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def claim(booking):
    return SeatClaim.objects.get(holder_id=booking.pk)


def assert_they_agree():
    assert sessions_with_odd_claims() == []
    assert miscounted() == []


def test_a_booking_claims_seats_from_its_hold_to_its_cancellation():
    booking = make.booking(seats=2)
    held = claim(booking)
    assert (held.kind, held.seats, held.person, held.until) == ("checkout", 2, booking.buyer, booking.hold_expires_at)
    booking = change_held_booking(booking, seats=3)
    extend_hold(booking)
    booking.refresh_from_db()
    assert (claim(booking).seats, claim(booking).until) == (3, booking.hold_expires_at)
    make.pay(booking)
    deliver_due()
    assert (claim(booking).kind, claim(booking).until) == ("confirmed", None)
    assert_they_agree()
    cancel_booking(booking, by=None)
    assert not SeatClaim.objects.exists()
    assert_they_agree()


def test_seats_are_claimed_until_their_hold_runs_out_or_their_session_begins_or_by_the_office_ends_earlier():
    session = make.session(in_days=3)
    office, visitor = make.booking(session=session, by_office=True), make.booking(session=session)
    assert (claim(office).kind, claim(visitor).kind) == ("office", "checkout")
    days = [(day.starts_at, day.ends_at) for day in session.days.all()]
    sooner = [(begins - timedelta(days=2.5), ends - timedelta(days=2.5)) for begins, ends in days]
    update_session(session, days=sooner, by=None)
    deliver_due()
    with time_machine.travel(now() + timedelta(minutes=6), tick=True):
        tell_moves()
        deliver_due()
    moved = Session.objects.get()
    assert (claim(office).until, claim(visitor).until <= moved.starts_at) == (moved.ends_at, True)
    assert_they_agree()
    make.run_out(visitor)
    assert not SeatClaim.objects.filter(holder_id=visitor.pk).exists()
    assert_they_agree()


def test_of_two_records_of_one_person_the_claims_are_one_persons():
    booking, known = make.booking(), make.person()
    join_mistyped(booking.buyer, known, by=None)
    assert claim(booking).person == known
    assert_they_agree()


def written_by_the_former_release():
    """A booking without a claim, and a claim whose booking was cancelled."""
    session = make.session()
    booked, cancelled = make.confirmed_booking(session=session), make.booking(session=session, seats=2)
    left = claim(cancelled)
    cancel_booking(cancelled, by=None)
    SeatClaim.objects.all().delete()
    left.save(force_insert=True)
    return booked


def test_what_the_former_release_booked_is_made_up_for_when_it_is_touched():
    booked = written_by_the_former_release()
    SeatClaim.objects.all().delete()
    cancel_booking(booked, by=None)
    assert (booked.session.claims.count(), Session.objects.get().seats_taken) == (0, 0)
    held = make.booking(session=booked.session)
    SeatClaim.objects.all().delete()
    change_held_booking(held, seats=3)
    assert_they_agree()


def test_the_command_mends_what_the_former_release_wrote_and_names_what_it_can_t(alpha, capsys):
    booked = written_by_the_former_release()
    assert (sessions_with_odd_claims(), len(miscounted())) == ([booked.session_id], 1)
    call_command("check_seats")
    assert_they_agree()
    assert "alpha: 2 claims mended, 0 sessions miscounted" in capsys.readouterr().out
    Session.objects.update(seats_taken=4)
    with pytest.raises(CommandError, match="1 sessions"):
        call_command("check_seats")
    assert f"{booked.session_id} counts 4 seats, 1 confirmed, its claims 1 and 1" in capsys.readouterr().out


def test_the_migration_gives_bookings_that_stand_their_claims():
    make.booking(seats=2)
    make.booking(by_office=True)
    make.confirmed_booking()
    over = make.confirmed_booking()
    Booking.objects.filter(pk=over.pk).update(status="completed")
    cancel_booking(make.booking(), by=None)
    SeatClaim.objects.all().delete()
    migration = MigrationLoader(None).get_migration("bookings", "0010_seat_claims")
    with connection.cursor() as cursor:
        for sql, _values in migration.operations[0].sql:
            cursor.execute(sql)
    assert SeatClaim.objects.count() == 4
    assert_they_agree()
