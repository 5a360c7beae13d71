"""Once a course has begun the office still puts people on its seats, and its register keeps who was there."""

from datetime import timedelta

import pytest
import time_machine

from shared_apps.timers.due import do_due_work
from tenant_apps.bookings.desk import book_for, take_payment
from tenant_apps.bookings.details import change_attendee, name_attendees, set_details
from tenant_apps.bookings.errors import BookingOver
from tenant_apps.bookings.models import Attendee, BookingStatus
from tenant_apps.bookings.transfers import change_seats, transfer_booking
from tenant_apps.bookings.waiting_by_hand import offer_by_hand
from tenant_apps.bookings.waiting_list import join_waiting_list
from tenant_apps.reports.todo import _open_registers
from tenant_apps.scheduling.attendance import Mark, attendance_of, mark_attendance, tallies
from tenant_apps.scheduling.errors import SessionEnded, SessionStarted
from tenant_apps.scheduling.models import Session
from tenant_apps.scheduling.progress import keep_pace
from tenant_apps.scheduling.running import complete_session
from tenant_apps.scheduling.services import schedule_session
from tests import make
from tests.api.conftest import api  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def fresh(session):
    return Session.objects.select_related("course", "place", "room", "trainer").get(pk=session.pk)


def some_days(count=1, *, apart=1, **fields):
    """A session of so many days, from ten days on."""
    first = make.today() + timedelta(days=10)
    days = [span for n in range(count) for span in make.daily(*[first + timedelta(days=apart * n)] * 2)]
    return schedule_session(course=make.course(), days=days, by=None, **fields)


def at(session, day=0, *, after=timedelta(minutes=5)):
    """Some time after a day of it has begun, which has been noticed."""
    days = list(session.days.order_by("starts_at"))
    return time_machine.travel(days[day].starts_at + after, tick=True)


def begun(session):
    keep_pace(session)
    make.deliver_all()
    return fresh(session)


def marked(session, day, **said):
    keys = {line.seat.name: line.seat.attendee_id for line in attendance_of(session)}
    day = list(session.days.order_by("starts_at"))[day]
    marks = [Mark(attendee_id=keys[name.replace("_", " ")], status=status) for name, status in said.items()]
    mark_attendance(day=day, marks=marks, by=None)


def register(session, day=0):
    day = list(session.days.order_by("starts_at"))[day]
    return {line.seat.name: str(line.status_on(day)) for line in attendance_of(fresh(session))}


class TestTheOfficeUntilItIsOver:
    def test_puts_somebody_on_the_seat_of_another_and_the_buyer_does_not(self):
        session = some_days()
        booking = make.confirmed_booking(session=session, attendees=[{"name": "Xavier Ill"}])
        with at(session):
            begun(session)
            with pytest.raises(BookingOver):
                name_attendees(booking, attendees=[{"name": "Yvonne Instead"}])
            set_details(booking, attendees=[{"name": "Yvonne Instead"}], by=None, by_office=True)
            assert register(session) == {"Yvonne Instead": "confirmed"}
            complete_session(fresh(session), by=make.user("owner"))
            make.deliver_all()
            booking.refresh_from_db()
            with pytest.raises(BookingOver):
                set_details(booking, attendees=[{"name": "Zoe Late"}], by=None, by_office=True)

    def test_puts_right_a_name_and_an_address_and_all_that_is_known_of_them_stays(self):
        session = some_days()
        people = [{"name": "Jon Smiht", "email": "jon@exmaple.com"}]
        booking = make.confirmed_booking(session=session, attendees=people)
        with at(session):
            session = begun(session)
            marked(session, 0, Jon_Smiht="late")
            jon = booking.attendees.get()
            change_attendee(jon, name="Jon Smith", email="jon@example.com", by=None, by_office=True, same_person=True)
            assert register(session) == {"Jon Smith": "late"}
            now_jon = booking.attendees.select_related("person").get()
            assert (now_jon.pk, now_jon.person.name, now_jon.email) == (jon.pk, "Jon Smith", "jon@example.com")

    def test_whoever_comes_in_somebody_s_place_has_none_of_their_marks_and_who_returns_has_their_own(self):
        session = some_days(3)
        booking = make.confirmed_booking(session=session, attendees=[{"name": "Xavier Ill"}])
        with at(session):
            session = begun(session)
            marked(session, 0, Xavier_Ill="attended")
        with at(session, 1):
            set_details(booking, attendees=[{"name": "Yvonne Instead"}], by=None, by_office=True)
            marked(session, 1, Yvonne_Instead="attended")
            assert register(session, 0) == {"Xavier Ill": "attended", "Yvonne Instead": "confirmed"}
            assert register(session, 1) == {"Xavier Ill": "cancelled", "Yvonne Instead": "attended"}
        with at(session, 2):
            set_details(booking, attendees=[{"name": "Xavier Ill"}], by=None, by_office=True)
            marked(session, 2, Xavier_Ill="attended")
            assert [len(line.marked) for line in attendance_of(session)] == [2, 1]
            assert Attendee.everybody.count() == 2

    def test_takes_cash_at_the_door_for_seats_that_it_kept(self):
        session = some_days()
        with time_machine.travel(session.starts_at - timedelta(hours=23, minutes=50), tick=True):
            booking = book_for(session=session, name="Cash Atdoor", email="cash@example.com", seats=1, by=None)
        with at(session, after=timedelta(minutes=20)):
            begun(session)
            do_due_work()
            make.deliver_all()
            take_payment(booking, provider="cash", amount=booking.order.due, reference="", by=make.user("owner"))
            make.deliver_all()
        booking.refresh_from_db()
        assert booking.status == BookingStatus.CONFIRMED

    def test_what_it_kept_and_nobody_paid_is_not_kept_beyond_the_end(self):
        session = some_days()
        with time_machine.travel(session.starts_at - timedelta(hours=2), tick=True):
            booking = book_for(session=session, name="Never Came", email="never@example.com", seats=1, by=None)
        with at(session, after=timedelta(hours=1)):
            complete_session(begun(session), by=make.user("owner"))
            make.deliver_all()
        booking.refresh_from_db()
        assert booking.status == BookingStatus.EXPIRED

    def test_books_a_walk_in_and_who_joins_in_the_second_week(self):
        session = some_days(5, apart=7)
        with at(session, 1):
            session = begun(session)
            with pytest.raises(SessionStarted):
                make.booking(session=session)
            booking = book_for(session=session, name="Late Joiner", email="late@example.com", seats=1, by=None)
            assert booking.hold_expires_at > session.days.order_by("starts_at")[1].ends_at
        with at(session, 4, after=timedelta(days=1)), pytest.raises(SessionEnded):
            book_for(session=fresh(session), name="Too Late", email="too@example.com", seats=1, by=None)

    def test_nobody_waits_for_it_or_is_offered_it(self):
        session = some_days(capacity=1)
        make.confirmed_booking(session=session)
        entry = join_waiting_list(session=session, person=make.person(), by=None)
        with at(session):
            for waits in (
                lambda: join_waiting_list(session=session, person=make.person(), by=None, by_office=True),
                lambda: offer_by_hand(entry, by=None),
            ):
                with pytest.raises(SessionStarted):
                    waits()


class TestByTheOfficesPagesAndApi:
    def test_says_whether_another_name_is_the_same_person(self, office):
        session = some_days()
        booking = make.confirmed_booking(session=session, attendees=[{"name": "Jon Smiht"}])
        page = f"/admin/bookings/{booking.pk}/names/"
        with at(session):
            begun(session)
            said = {"name_1": "Jon Smith", "email_1": ""}
            assert "Say whether it is the same person." in office.post(page, said).content.decode()
            marked(session, 0, Jon_Smiht="attended")
            office.post(page, {**said, "who_1": "same"})
            assert register(session) == {"Jon Smith": "attended"}
            office.post(page, {"name_1": "Yvonne Instead", "email_1": "", "who_1": "other"})
            assert register(session) == {"Jon Smith": "attended", "Yvonne Instead": "confirmed"}

    def test_lets_somebody_in_at_the_register(self, office):
        session = some_days()
        booking = make.confirmed_booking(session=session, attendees=[{"name": "Xavier Ill"}])
        with at(session):
            begun(session)
            day = session.days.get()
            page = f"/admin/today/{day.pk}/arrivals/"
            assert page in office.get(f"/admin/today/{day.pk}/").content.decode()
            assert f"/admin/bookings/new/?session={session.pk}" in office.get(page).content.decode()
            seat = booking.attendees.get()
            office.post(page, {"name": "Yvonne Instead", "booking": "", "instead_of": str(seat.pk)})
            assert register(session) == {"Yvonne Instead": "attended"}

    def test_by_the_api(self, api, tenant):  # noqa: F811
        session = some_days(capacity=5)
        booking = make.confirmed_booking(session=session, attendees=[{"name": "Jon Smiht"}])
        with at(session):
            begun(session)
            office = api(tenant, make.user("admin"))
            marked(session, 0, Jon_Smiht="attended")
            seat = f"/bookings/{booking.pk}/attendees/{booking.attendees.get().pk}"
            answer = office.patch(seat, {"name": "Jon Smith", "samePerson": True})
            assert answer.status_code == 200
            assert register(session) == {"Jon Smith": "attended"}
            wanted = {"sessionId": str(session.pk), "seats": 1, "customerId": str(make.person().pk)}
            answer = office.post("/bookings", wanted)
            assert answer.status_code == 201, answer.content


class TestARegisterKeepsWhoWasThere:
    def test_when_a_seat_is_given_up(self):
        session = some_days(2)
        people = [{"name": "Ada Byron"}, {"name": "Bob Ray"}]
        booking = make.confirmed_booking(session=session, seats=2, attendees=people)
        with at(session):
            session = begun(session)
            marked(session, 0, Ada_Byron="attended", Bob_Ray="attended")
        with at(session, 0, after=timedelta(hours=12)):
            bob = booking.attendees.get(name="Bob Ray")
            change_seats(booking=booking, seats=1, leaving=[bob.pk], by=None, by_office=True)
            make.deliver_all()
            assert tallies(fresh(session))[0].came == 2
            assert register(session, 1) == {"Ada Byron": "confirmed", "Bob Ray": "cancelled"}
            assert [row.name for row in booking.attendees.all()] == ["Ada Byron"]

    def test_and_is_open_until_all_who_stay_are_marked(self):
        session = some_days(2)
        other = make.session(course=session.course, in_days=60)
        make.confirmed_booking(session=session, attendees=[{"name": "Ada Byron"}])
        leaves = make.confirmed_booking(session=session, attendees=[{"name": "Bob Ray"}])
        with at(session):
            session = begun(session)
            marked(session, 0, Bob_Ray="attended")
            transfer_booking(booking=leaves, to=fresh(other), by=None, by_office=True)
        day = session.days.order_by("starts_at")[0]
        with time_machine.travel(day.ends_at + timedelta(hours=1), tick=True):
            assert [one.pk for one in _open_registers()] == [day.pk]
            marked(session, 0, Ada_Byron="absent")
            assert _open_registers() == []
