"""A seat that comes back is promised to the first who waits for it, for a day, then to the next."""

from datetime import timedelta

import pytest
import time_machine

from shared_apps.core.errors import IllegalMove
from shared_apps.core.states import Actor
from shared_apps.core.time import now
from shared_apps.events.bus import deliver_due
from tenant_apps.bookings.errors import AlreadyBooked, AlreadyWaiting, SeatsFree
from tenant_apps.bookings.models import Booking, WaitingListEntry
from tenant_apps.bookings.rescheduling import reschedule_session
from tenant_apps.bookings.seat_check import miscounted, sessions_with_odd_claims
from tenant_apps.bookings.services import cancel_booking, change_held_booking
from tenant_apps.bookings.waiting_list import join_waiting_list, leave_waiting_list, position_of
from tenant_apps.messaging.models import Message
from tenant_apps.people.identity import join_mistyped
from tenant_apps.scheduling.errors import NotEnoughSeats, OfferOver, SessionFull, SessionNotBookable, SessionStarted
from tenant_apps.scheduling.following import call_off_following
from tenant_apps.scheduling.models import Offer, SeatClaim, Session
from tenant_apps.scheduling.offers import accept_offer, decline_offer
from tenant_apps.scheduling.services import cancel_session, update_session
from tests import make
from tests.support.due import do_what_is_due

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


@pytest.fixture
def full():
    """A session of two seats, and the booking that has them."""
    session = make.session(capacity=2)
    return make.confirmed_booking(session=session, seats=2)


def wait(session, seats=1, **details):
    return join_waiting_list(session=session, person=make.person(), seats=seats, by=None, **details)


def offer_to(entry):
    return Offer.objects.get(entry_id=entry.pk, status="offered")


def left(session):
    return Session.objects.get(pk=session.pk).seats_left


def states():
    return list(WaitingListEntry.objects.order_by("created_at").values_list("status", flat=True))


def assert_they_agree():
    assert (sessions_with_odd_claims(), miscounted()) == ([], [])


def test_a_seat_that_comes_back_is_promised_to_the_first_in_line_and_free_for_nobody_else(full, happened):
    first, second, third = (wait(full.session) for _ in range(3))
    assert [position_of(entry) for entry in (first, second, third)] == [1, 2, 3]
    cancel_booking(full, by=None)
    assert states() == ["offered", "offered", "waiting"]
    assert left(full.session) == 0
    assert {claim.kind for claim in SeatClaim.objects.all()} == {"offer"}
    with pytest.raises(SessionFull):
        make.booking(session=full.session)
    assert happened().count("offer.made") == 2
    assert_they_agree()


def test_who_accepts_holds_the_seats_and_pays_for_them(full):
    entry = wait(full.session, seats=2)
    cancel_booking(full, by=None)
    offer = offer_to(entry)
    booking = accept_offer(offer, by=None, acting=Actor.BUYER)
    assert (booking.status, booking.seats, booking.buyer, booking.order.due) == ("pending", 2, entry.person, 240)
    assert SeatClaim.objects.get().holder_id == booking.pk
    assert states() == ["accepted"]
    with pytest.raises(OfferOver):
        accept_offer(offer, by=None, acting=Actor.BUYER)
    make.pay(booking)
    deliver_due()
    assert Session.objects.get().seats_confirmed == 2
    assert_they_agree()


def test_a_hold_that_was_accepted_and_never_paid_goes_to_the_next(full):
    first, second = wait(full.session, seats=2), wait(full.session, seats=2)
    cancel_booking(full, by=None)
    booking = accept_offer(offer_to(first), by=None, acting=Actor.BUYER)
    make.run_out(booking)
    assert offer_to(second).person == second.person
    assert left(full.session) == 0
    assert_they_agree()


def test_who_declines_or_does_not_answer_in_a_day_gives_way_to_the_next(full):
    first, second, third = (wait(full.session, seats=2) for _ in range(3))
    cancel_booking(full, by=None)
    decline_offer(offer_to(first), by=None, acting=Actor.BUYER)
    assert states() == ["left", "offered", "waiting"]
    slow = offer_to(second)
    do_what_is_due(after=timedelta(hours=23))
    assert states() == ["left", "offered", "waiting"]
    do_what_is_due(after=timedelta(hours=24, minutes=1))
    assert states() == ["left", "expired", "offered"]
    slow.refresh_from_db()
    assert slow.status == "lapsed"
    with pytest.raises(OfferOver):
        accept_offer(slow, by=None, acting=Actor.BUYER)
    assert left(full.session) == 0
    leave_waiting_list(third, by=None, acting=Actor.BUYER)
    assert (left(full.session), SeatClaim.objects.count()) == (2, 0)  # nobody waits, so they are everybody's
    assert_they_agree()


def test_an_offer_whose_time_is_up_is_not_accepted_though_nobody_has_taken_it_back_yet(full):
    entry = wait(full.session)
    cancel_booking(full, by=None)
    with time_machine.travel(now() + timedelta(hours=25)), pytest.raises(OfferOver):
        accept_offer(offer_to(entry), by=None, acting=Actor.BUYER)
    assert (states(), Booking.objects.filter(status="pending").count()) == (["offered"], 0)


def test_the_first_for_whom_the_seats_suffice_is_asked(full):
    many, one = wait(full.session, seats=2), wait(full.session)
    held = make.booking(session=make.session(capacity=2), seats=2)
    update_session(full.session, capacity=3, by=None)
    assert (states(), offer_to(one).seats) == (["waiting", "offered"], 1)
    assert position_of(many) == 1
    wait(held.session)
    change_held_booking(held, seats=1)
    assert states() == ["waiting", "offered", "offered"]
    assert_they_agree()


def test_nobody_waits_for_what_is_there_or_twice_or_for_more_than_there_is(full):
    entry = wait(full.session)
    with pytest.raises(AlreadyWaiting):
        join_waiting_list(session=full.session, person=entry.person, by=None)
    with pytest.raises(AlreadyBooked):
        join_waiting_list(session=full.session, person=full.buyer, by=None)
    with pytest.raises(NotEnoughSeats):
        wait(full.session, seats=3)
    with pytest.raises(SeatsFree):
        wait(make.session())
    with pytest.raises(SessionStarted):
        wait(make.session(in_days=-1, hours=72))
    leave_waiting_list(entry, by=None, acting=Actor.BUYER)
    with pytest.raises(IllegalMove):
        leave_waiting_list(entry, by=None, acting=Actor.BUYER)
    join_waiting_list(session=full.session, person=entry.person, by=None)  # anew, at the end


def test_a_session_that_is_called_off_or_begins_withdraws_its_offers(full):
    first, _second = wait(full.session, seats=2), wait(full.session)
    cancel_booking(full, by=None)
    withdrawn = offer_to(first)
    cancel_session(full.session, reason="Flooded", by=None)
    deliver_due()
    withdrawn.refresh_from_db()
    assert (withdrawn.status, states()) == ("withdrawn", ["expired", "expired"])
    other = make.confirmed_booking(session=make.session(capacity=1, in_days=2))
    entry = wait(other.session)
    cancel_booking(other, by=None)
    begins = now() + timedelta(hours=5)
    update_session(other.session, days=[(begins, begins + timedelta(hours=2))], by=None)
    do_what_is_due(after=timedelta(hours=6))
    assert Offer.objects.get(entry_id=entry.pk).status == "withdrawn"
    assert not SeatClaim.objects.exists()
    assert_they_agree()


def test_who_waits_for_a_date_that_is_about_to_be_called_off_is_offered_nothing_and_hears_once_that_it_is_off():
    """Many are booked on the series, so a worker calls its dates off one after the other."""
    rows = list(make.series(capacity=6).sessions.order_by("series_date"))
    booked = [make.confirmed_booking(session=one, seats=6) for one in rows]
    first, second, third = (wait(rows[3], seats=3) for _ in range(3))
    cancel_booking(booked[3], by=None)
    assert states() == ["offered", "offered", "waiting"]
    job = call_off_following(rows[0], reason="Flooded", by=make.user("owner"))
    assert job
    assert states() == ["expired"] * 3
    assert not Offer.objects.filter(status="offered").exists()
    assert left(rows[3]) == 6
    with pytest.raises(SessionNotBookable):
        wait(rows[2])
    make.deliver_all()
    cancel_session(Session.objects.get(pk=rows[3].pk), reason="Flooded", by=None)  # its turn has come
    make.deliver_all()
    told = Message.objects.filter(kind="bookings/waiting_over")
    assert sorted(told.values_list("to", flat=True)) == sorted(one.person.email for one in (first, second, third))
    assert all("this date does not take place" in one.text for one in told)
    assert_they_agree()


def test_what_was_offered_of_a_session_that_is_put_on_a_sooner_date_is_kept_as_long_as_the_offer_says():
    booking = make.confirmed_booking(session=make.session(capacity=1))
    entry = wait(booking.session)
    cancel_booking(booking, by=None)
    sooner = now() + timedelta(hours=3)
    new = reschedule_session(booking.session, days=[(sooner, sooner + timedelta(hours=3))], by=make.user("owner"))
    assert SeatClaim.objects.get().until == offer_to(entry).until == new.starts_at


def test_an_offer_never_outlasts_the_start_of_its_session():
    booking = make.confirmed_booking(session=make.session(capacity=1, in_days=1, hours=3))
    entry = wait(booking.session)
    with time_machine.travel(booking.session.starts_at - timedelta(hours=2)):
        cancel_booking(booking, by=None)
    assert offer_to(entry).until == booking.session.starts_at


def test_who_books_otherwise_waits_no_longer(full):
    entry = wait(full.session, seats=2)
    update_session(full.session, capacity=3, by=None)
    make.booking(session=full.session, buyer=entry.person)
    deliver_due()
    assert states() == ["left"]


def test_free_seats_that_are_accepted_by_the_link_in_an_email_are_confirmed_at_once():
    session = make.session(capacity=1, price=0)
    taken = make.booking(session=session)
    entry = wait(session)
    cancel_booking(taken, by=None)
    booking = accept_offer(offer_to(entry), by=None, acting=Actor.BUYER, proven=True)
    assert booking.status == "confirmed"
    assert_they_agree()


def test_of_two_records_of_one_person_one_place_stays(full):
    first, second = wait(full.session), wait(full.session)
    cancel_booking(full, by=None)
    join_mistyped(second.person, first.person, by=None)
    assert sorted(states()) == ["left", "offered"]
    assert set(Offer.objects.values_list("person", flat=True)) == {first.person_id}
    assert left(full.session) == 1
    assert_they_agree()


def test_the_timeline_of_a_session_says_who_was_offered_what(full, client_of, alpha):
    entry = wait(full.session)
    cancel_booking(full, by=None)
    client = client_of(alpha)
    client.sign_in(make.user("owner"))
    page = client.get(f"/admin/sessions/{full.session_id}/").content.decode()
    assert "Offered to the next in line" in page
    assert entry.person.name in page


def test_what_the_office_closed_is_offered_to_nobody_until_it_is_open_again():
    session = make.session(capacity=1)
    booking = make.confirmed_booking(session=session)
    entry = join_waiting_list(session=session, person=make.person(), by=None)
    update_session(session, takes_bookings=False, by=None)
    cancel_booking(booking, by=None)
    entry.refresh_from_db()
    assert entry.status == "waiting"
    update_session(session, takes_bookings=True, by=None)
    entry.refresh_from_db()
    assert entry.status == "offered"
