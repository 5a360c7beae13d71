import pytest

from shared_apps.events.bus import deliver_due
from tenant_apps.bookings.errors import AlreadyBooked, TooManySeats
from tenant_apps.bookings.models import BookingStatus
from tenant_apps.scheduling.errors import NotEnoughSeats, SessionFull, SessionGone, SessionStarted
from tenant_apps.scheduling.several import take_back_sessions
from tests import make

pytestmark = pytest.mark.django_db


def test_seats_are_held_until_the_money_arrives(tenant):
    booking = make.booking(seats=2)
    assert booking.status == BookingStatus.PENDING
    booking.session.refresh_from_db()
    assert (booking.session.seats_taken, booking.session.seats_confirmed) == (2, 0)

    make.pay(booking)
    deliver_due()

    booking.refresh_from_db()
    booking.session.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED
    assert (booking.session.seats_taken, booking.session.seats_confirmed) == (2, 2)


def test_the_last_seat_goes_to_one_buyer(tenant, happened):
    session = make.session(capacity=1)
    make.booking(session=session)

    with pytest.raises(SessionFull):
        make.booking(session=session)

    assert session.bookings.count() == 1
    assert happened().count("booking.held") == 1


def test_who_asks_for_more_than_is_left_is_told_how_many_there_are(tenant):
    session = make.session(capacity=3)
    with pytest.raises(NotEnoughSeats) as refusal:
        make.booking(session=session, seats=4)
    assert refusal.value.extra == {"spots_left": 3}
    assert refusal.value.code == "session_full"
    assert session.bookings.count() == 0


def test_nobody_has_two_live_bookings_of_one_session(tenant):
    first = make.booking()
    with pytest.raises(AlreadyBooked):
        make.booking(session=first.session, buyer=first.buyer)
    first.session.refresh_from_db()
    assert first.session.seats_taken == 1


def test_a_session_that_has_begun_takes_no_bookings(tenant):
    session = make.session(in_days=-1)
    with pytest.raises(SessionStarted):
        make.booking(session=session)


def test_a_free_seat_is_confirmed_at_once_for_who_proved_the_address_and_for_the_office(tenant):
    session, (account, person) = make.session(price=0), make.student_user()
    by_account = make.booking(session=session, buyer=person, by=account)
    by_office = make.booking(session=session, by=make.user("admin"), by_office=True)
    for_another = make.booking(session=session, by=account)
    assert [each.status for each in (by_account, by_office)] == [BookingStatus.CONFIRMED] * 2
    assert by_account.order is None
    assert for_another.status == BookingStatus.PENDING


def test_the_same_form_sent_twice_books_once(tenant):
    from shared_apps.core.ids import uuid7

    key, session, buyer = uuid7(), make.session(), make.person()
    first = make.booking(session=session, buyer=buyer, form_key=key)
    assert make.booking(session=session, buyer=buyer, form_key=key) == first
    session.refresh_from_db()
    assert session.seats_taken == 1


def test_the_office_may_agree_a_deposit_where_none_is_offered(tenant):
    session = make.session(course=make.course(price=100, deposit_percent=0))
    agreed = make.booking(session=session, by_office=True, deposit_percent=30)
    asked = make.booking(session=session, deposit_percent=30)
    assert (agreed.order.deposit, asked.order.deposit) == (30, None)


def test_a_large_group_is_asked_to_talk_to_the_office(tenant):
    session = make.session(capacity=50)
    with pytest.raises(TooManySeats):
        make.booking(session=session, seats=11)
    session.refresh_from_db()
    assert session.seats_taken == 0
    assert make.booking(session=session, seats=11, by_office=True).seats == 11


def test_a_session_that_was_taken_off_the_calendar_meanwhile_is_refused_in_words(tenant):
    session = make.session()
    take_back_sessions(course=session.course, keys=[session.pk], by=None)
    with pytest.raises(SessionGone):
        make.booking(session=session)
