from datetime import timedelta
from decimal import Decimal

import pytest

from shared_apps.core.time import now
from shared_apps.events.bus import deliver_due
from tenant_apps.payments.models import Order, Refund, RefundStatus
from tenant_apps.reports.selectors import numbers, teaching
from tenant_apps.reports.todo import first_steps, tasks
from tenant_apps.scheduling.models import Session, SessionDay
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def test_the_numbers_are_what_happened():
    make.confirmed_booking(session=make.session(in_days=10, capacity=4), seats=2)
    deposit = make.booking(session=make.session(in_days=60))
    make.pay(deposit, amount=36)
    deliver_due()
    make.booking(session=make.session(in_days=20, capacity=6))

    seen = numbers()
    assert seen.this_week.revenue == Decimal(276)
    assert seen.this_week.bookings == 2
    assert (seen.seats_taken, seen.seats, seen.filled) == (3, 10, 30)
    assert (seen.outstanding, seen.overdue) == (Decimal(84), Decimal(0))
    assert seen.this_week.height == 1000
    assert len(seen.weeks) == 12


def test_what_went_back_is_not_revenue():
    booking = make.confirmed_booking()
    refund = Refund.objects.create(payment=booking.order.payments.get(), amount=Decimal(20))
    assert numbers().this_week.revenue == Decimal(120)
    Refund.objects.filter(pk=refund.pk).update(status=RefundStatus.COMPLETED, completed_at=now())
    assert numbers().this_week.revenue == Decimal(100)


def test_nothing_yet_is_shown_as_nothing(office):
    seen = numbers()
    assert (seen.best, seen.filled, seen.outstanding) == (Decimal(0), None, Decimal(0))
    page = office.get("/admin/").content.decode()
    assert "Your first booking" in page
    assert "/admin/trainers/new/" in page
    make.confirmed_booking(session=make.session(in_days=300, capacity=2))
    page = office.get("/admin/").content.decode()
    assert "Your first booking" not in page
    assert "All clear" in page


def test_the_first_steps_are_ticked_off_and_go_away():
    owner = make.user("owner")
    assert not any(step.done for step in first_steps(owner))
    session = make.session(course=make.course(lead_trainer=make.trainer()))
    assert [step.done for step in first_steps(owner)] == [False, True, True, True, True]
    assert len(first_steps(make.user("admin"))) == 4  # the look is the owner's to choose
    make.booking(session=session)
    assert first_steps(owner) == []


def test_what_waits_for_somebody_is_listed():
    held = make.booking(session=make.session(in_days=60))
    late = make.booking(session=make.session(in_days=60), buyer=make.person(name="Ada Byron"))
    make.pay(late, amount=36)
    deliver_due()
    Order.objects.filter(pk=late.order_id).update(balance_due_at=now() - timedelta(days=1))
    broken = make.confirmed_booking(session=make.session(in_days=60))
    Refund.objects.create(
        payment=broken.order.payments.get(), amount=Decimal(5), status=RefundStatus.FAILED, failure_reason="Card closed"
    )  # fmt: skip
    make.session(in_days=5)
    make.confirmed_booking(session=make.session(in_days=6, capacity=8), seats=7)

    titles = [task.title for task in tasks()]
    assert titles[0] == f"£5 could not be sent back to {broken.contact_name}"
    assert "£84 is overdue from Ada Byron" in titles
    assert any(held.contact_name in title for title in titles)
    assert any(title.endswith("has few bookings") for title in titles)
    assert any(title.endswith("is nearly full") for title in titles)


def test_an_expired_booking_owes_nothing():
    booking = make.booking()
    from tenant_apps.bookings.services import expire_hold

    expire_hold(booking)
    assert numbers().outstanding == Decimal(0)


def test_the_dashboards_links_lead_somewhere(office):
    held = make.booking()
    assert f"/admin/bookings/{held.pk}/" in office.get("/admin/").content.decode()


def test_a_trainers_day_is_the_one_that_is_today(desk):
    account = make.user("trainer", password="")
    trainer = make.trainer(user=account)
    running = make.session(trainer=trainer, in_days=30)
    first = running.days.get()
    first.starts_at, first.ends_at = now() - timedelta(days=1, minutes=5), now() - timedelta(days=1)
    first.save()
    SessionDay.objects.create(session=running, starts_at=now(), ends_at=now() + timedelta(minutes=1), trainer=trainer)
    Session.objects.filter(pk=running.pk).update(starts_at=first.starts_at, ends_at=now() + timedelta(minutes=1))
    make.session(trainer=trainer, in_days=3)

    today, ahead = teaching(account)
    assert [(card.session.pk, card.day, card.days) for card in today] == [(running.pk, 2, 2)]
    assert len(ahead) == 1
