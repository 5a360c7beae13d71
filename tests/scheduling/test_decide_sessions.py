"""Tentative sessions: they run once enough have booked, when the office says so, or are decided at their time."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from shared_apps.core.time import local_today, now
from shared_apps.timers.due import do_due_work
from shared_apps.timers.models import Timer
from tenant_apps.bookings.selectors import token_of
from tenant_apps.bookings.transfers import change_seats, transfer_booking
from tenant_apps.messaging.models import Message
from tenant_apps.scheduling.models import Session, SessionStatus
from tenant_apps.scheduling.progress import keep_pace
from tenant_apps.scheduling.running import DECIDE, change_tentative, publish_session
from tenant_apps.scheduling.services import cancel_session, duplicate_session
from tests import make
from tests.bookings.conftest import path
from tests.support.web import tight

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def tentative(minimum=3, *, in_days=30, decide_in=20, **fields):
    return make.session(in_days=in_days, minimum=minimum, decide_by=now() + timedelta(days=decide_in), **fields)


def test_it_takes_place_by_itself_once_enough_seats_are_confirmed():
    session = tentative(3)
    make.confirmed_booking(session=session, seats=2)
    session.refresh_from_db()
    assert (session.status, session.seats_missing) == (SessionStatus.TENTATIVE, 1)
    make.booking(session=session)  # held, and not paid for
    make.deliver_all()
    session.refresh_from_db()
    assert session.status == SessionStatus.TENTATIVE
    make.confirmed_booking(session=session)
    session.refresh_from_db()
    assert session.status == SessionStatus.SCHEDULED
    assert session.decided_at is not None
    assert not Timer.objects.filter(kind=DECIDE, fired_at=None).exists()


def test_a_lower_minimum_decides_at_once():
    session = tentative(3)
    make.confirmed_booking(session=session, seats=2)
    assert change_tentative(session, minimum=2, decide_by=session.decide_by, by=None)
    session.refresh_from_db()
    assert session.status == SessionStatus.SCHEDULED


@pytest.mark.parametrize(("seats", "status"), [(1, "in_progress"), (0, "cancelled")])
def test_one_that_nobody_decided_about_runs_with_whoever_is_booked_and_is_called_off_without_anybody(
    time_machine, seats, status
):
    session = tentative(3)
    if seats:
        make.confirmed_booking(session=session, seats=seats)
    time_machine.move_to(session.starts_at + timedelta(minutes=1))
    keep_pace(session)
    session.refresh_from_db()
    assert session.status == status


def test_of_one_that_nobody_decided_about_nothing_is_said_that_is_not_so(time_machine, tenant, client_of):
    """Its day of decision passes, and it begins with fewer than were wanted."""
    session = tentative(3)
    booking = make.confirmed_booking(session=session, attendees=[{"name": "Ada", "email": "ada@example.com"}])
    client, page = client_of(tenant), path("booking", token_of(booking))
    assert "is decided by" in tight(client.get(page).content.decode())
    time_machine.move_to(session.decide_by + timedelta(hours=1))
    said = tight(client.get(page).content.decode())
    assert "It is not decided yet; you hear as soon as it is." in said
    assert "is decided by" not in said
    time_machine.move_to(session.starts_at + timedelta(seconds=1))  # before the clock has moved its state
    assert "Not certain yet" not in client.get(page).content.decode()
    do_due_work()
    make.deliver_all()
    for kind in ("session_runs", "attending_runs"):
        (mail,) = Message.objects.filter(kind=f"bookings/{kind}")
        assert "your course takes place" in mail.text
        assert "enough have booked" not in mail.text


def test_who_made_it_certain_reads_that_enough_have_booked():
    session = tentative(2)
    make.confirmed_booking(session=session, seats=2)
    make.deliver_all()
    (mail,) = Message.objects.filter(kind="bookings/session_runs")
    assert "enough have booked: your course takes place" in mail.text


def test_a_draft_whose_time_has_come_is_over_and_nobody_ever_sees_it(time_machine):
    session = make.session(draft=True)
    time_machine.move_to(session.ends_at + timedelta(days=1))
    keep_pace(session)
    session.refresh_from_db()
    assert session.status == SessionStatus.CANCELLED
    assert not Session.objects.public().filter(pk=session.pk).exists()


def test_the_office_is_asked_when_the_day_of_decision_comes(time_machine):
    session = tentative(3)
    time_machine.move_to(session.decide_by + timedelta(minutes=1))
    do_due_work()
    assert Timer.objects.get(kind=DECIDE).fired_at
    session.refresh_from_db()
    assert session.status == SessionStatus.TENTATIVE


def test_calling_it_off_asks_nobody_any_more():
    session = tentative(3)
    cancel_session(session, reason="", by=None)
    assert not Timer.objects.filter(kind=DECIDE).exists()


def test_a_published_draft_may_be_tentative():
    session = make.session(draft=True)
    made = publish_session(session, minimum=4, decide_by=now() + timedelta(days=3), by=make.user("admin"))
    assert (made.status, made.minimum, made.is_bookable) == (SessionStatus.TENTATIVE, 4, True)


@pytest.mark.parametrize(
    "changes",
    [{"status": "tentative", "minimum": None}, {"minimum": 11}, {"status": "draft"}],
)
def test_the_database_refuses_what_can_t_be(changes):
    session = tentative(3, capacity=10)
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=session.pk).update(**changes)


def test_seats_that_are_moved_to_it_decide_as_well():
    session = tentative(1)
    transfer_booking(booking=make.confirmed_booking(), to=session, by=None, by_office=True)
    make.deliver_all()
    session.refresh_from_db()
    assert session.status == SessionStatus.SCHEDULED


def test_further_seats_of_a_booking_decide_as_well():
    session = tentative(2)
    change_seats(booking=make.confirmed_booking(session=session), seats=2, by=None, by_office=True)
    make.deliver_all()
    session.refresh_from_db()
    assert session.status == SessionStatus.SCHEDULED


@pytest.mark.parametrize("made", [lambda: make.session(draft=True), tentative])
def test_a_copy_of_what_is_not_certain_is_a_draft(made):
    session = made()
    copy = duplicate_session(session, starts_on=local_today() + timedelta(days=60), by=None)
    assert (copy.status, copy.minimum, copy.takes_bookings) == (SessionStatus.DRAFT, None, False)


def test_a_copy_of_one_that_is_called_off_takes_bookings():
    session = make.session()
    cancel_session(session, reason="", by=None)
    copy = duplicate_session(session, starts_on=local_today() + timedelta(days=60), by=None)
    assert (copy.status, copy.takes_bookings) == (SessionStatus.SCHEDULED, True)
