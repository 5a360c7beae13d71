from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from shared_apps.core.time import now
from shared_apps.events.bus import deliver_due
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.payments.models import Order, Refund, RefundStatus
from tenant_apps.reports.selectors import numbers
from tenant_apps.reports.teaching import agenda
from tenant_apps.reports.todo import first_steps, tasks
from tenant_apps.scheduling.models import Session, SessionDay
from tenant_apps.scheduling.running import confirm_session
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
    assert (seen.chart.scale[0], seen.chart.marks[-1].high) == ("£400", 690)
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
    buying = make.booking(session=make.session(in_days=60))
    held = make.booking(session=make.session(in_days=60))
    Booking.objects.filter(pk=held.pk).update(
        created_at=now() - timedelta(hours=21), hold_expires_at=now() + timedelta(hours=3)
    )
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

    titles = [task.title for task in tasks(make.user("owner"))]
    assert titles[0] == f"£5 could not be sent back to {broken.contact_name}"
    assert "£84 is overdue from Ada Byron" in titles
    assert any(held.contact_name in title for title in titles)
    assert not any(buying.contact_name in title for title in titles)  # twenty minutes to pay are nobody's task
    assert any(title.endswith("has few bookings") for title in titles)
    assert not any("full" in title for title in titles)


def to_decide(user):
    return [task for task in tasks(user) if task.title.startswith("Does")]


def test_a_tentative_date_is_to_be_decided_when_its_day_is_near_or_enough_hold_seats(time_machine):
    owner, later = make.user("owner"), {"minimum": 4, "decide_by": now() + timedelta(days=20)}
    near = make.session(in_days=30, minimum=3, decide_by=now() + timedelta(days=2))
    make.confirmed_booking(session=near, seats=2)
    make.session(in_days=30, **later)
    held = make.session(in_days=30, **later)
    make.booking(session=held, seats=4)
    first, second = to_decide(owner)
    assert (first.pk, second.pk) == (near.pk, held.pk)
    assert first.page == "office:session_certainty"
    assert to_decide(make.user("sales"))[0].page == "office:session"  # who may not decide sees it
    assert "2 of 3 seats are confirmed, to be decided by" in first.detail
    assert "0 of 4 seats are confirmed, 4 more are held" in second.detail
    time_machine.move_to(near.decide_by + timedelta(days=1))
    assert to_decide(owner)[0].detail.endswith("decide now")
    confirm_session(near, by=owner)
    assert len(to_decide(owner)) == 1


def test_an_expired_booking_owes_nothing():
    booking = make.booking()
    from tenant_apps.bookings.hold_times import expire_hold

    expire_hold(booking)
    assert numbers().outstanding == Decimal(0)


def test_the_dashboards_links_lead_somewhere(office):
    held = make.booking()
    assert f"/admin/bookings/{held.pk}/" in office.get("/admin/").content.decode()


NOON = datetime(2030, 6, 12, 12, tzinfo=UTC)  # a Wednesday


def on_days(*offsets, hours=2, **fields):
    """A session with a day so many days from `NOON`, each beginning an hour after it; days gone by are put there."""
    session = make.session(in_days=2000, **fields)
    session.days.all().delete()
    spans = [
        (begins, begins + timedelta(hours=hours)) for n in offsets for begins in [NOON + timedelta(days=n, hours=1)]
    ]
    for begins, ends in spans:
        SessionDay.objects.create(session=session, starts_at=begins, ends_at=ends, trainer=session.trainer)
    status = "in_progress" if offsets[0] < 0 else "scheduled"
    Session.objects.filter(pk=session.pk).update(starts_at=spans[0][0], ends_at=spans[-1][1], status=status)
    return session


def seen(cards):
    return [(card.session.pk, card.day, card.days) for card in cards]


@pytest.fixture
def noon():
    with time_machine.travel(NOON, tick=True):
        yield


@pytest.mark.usefixtures("noon")
def test_every_teaching_day_is_seen_not_only_the_first(office):
    """Two courses under way that teach again must not stand before an empty room."""
    today, tomorrow = on_days(-1, 0, 1), on_days(-5, 1)
    monday = on_days(-2, 5, 6)
    called_off = on_days(0)
    Session.objects.filter(pk=called_off.pk).update(status="cancelled", cancelled_at=NOON)
    called_off.days.update(live=False)
    later = on_days(9)
    found = agenda(make.user("admin"))
    assert seen(found.today) == [(today.pk, 2, 3)]
    assert seen(found.tomorrow) == [(today.pk, 3, 3), (tomorrow.pk, 2, 2)]
    assert seen(found.next) == [(monday.pk, 2, 3), (later.pk, 1, 1)]
    page = office.get("/admin/").content.decode()
    make.confirmed_booking(session=later)  # the first steps are done
    page = office.get("/admin/").content.decode()
    assert page.index("Today") < page.index("day 2 of 3") < page.index("Received this week")


@pytest.mark.usefixtures("noon")
def test_after_quiet_days_the_next_one_that_is_taught_stands_first(office):
    one, other, later = on_days(9), on_days(9), on_days(12)
    make.confirmed_booking(session=one, attendees=[{"name": "Grace Hopper"}])
    found = agenda(make.user("admin"))
    assert {card.session.pk for card in found.next_day} == {one.pk, other.pk}
    page = office.get("/admin/").content.decode().partition("Received this week")[0]
    assert "Nothing is taught today or tomorrow." in page
    assert "2 sessions" in page
    assert "Grace Hopper" in page
    assert f"/sessions/{later.pk}/" not in page
    on_days(1)
    page = office.get("/admin/").content.decode().partition("Received this week")[0]
    assert "Nothing is taught today." in page
    assert "2 sessions" not in page


@pytest.mark.usefixtures("noon")
def test_a_trainer_sees_each_of_their_own_days_with_who_comes(desk):
    account = make.user("trainer", password="")
    mine = on_days(-1, 0, 7, 8, trainer=make.trainer(user=account))
    on_days(0, trainer=make.trainer())
    Session.objects.filter(pk=mine.pk).update(status="scheduled", starts_at=NOON + timedelta(days=1))
    make.booking(session=Session.objects.get(pk=mine.pk), attendees=[{"name": "Grace Hopper"}])
    make.booking(session=Session.objects.get(pk=mine.pk), seats=3, attendees=[{"name": "Cleo Patel"}])
    found = agenda(account, every_day=True)
    assert seen(found.today) == [(mine.pk, 2, 4)]
    assert seen(found.next) == [(mine.pk, 3, 4), (mine.pk, 4, 4)]
    page = desk(user=account).get("/admin/").content.decode()
    assert page.count("Grace Hopper") >= 3
    assert page.count("2 seats, not named yet") == page.count("Cleo Patel") >= 3
    assert "day 2 of 4" in page


@pytest.mark.usefixtures("noon")
def test_a_night_that_began_yesterday_is_today_s_until_it_is_over():
    night = on_days(-1, hours=30)
    assert seen(agenda(make.user("admin")).today) == [(night.pk, 1, 1)]
    with time_machine.travel(NOON + timedelta(hours=8), tick=True):
        assert agenda(make.user("admin")).today == []


@pytest.mark.usefixtures("noon")
def test_lists_searches_and_bookings_find_a_course_by_each_of_its_days(office):
    running = on_days(-2, 0, 3)
    booking = make.booking()
    Booking.objects.filter(pk=booking.pk).update(session=running)
    day = (NOON + timedelta(days=3)).date().isoformat()
    for url in ("sessions", "bookings"):
        assert [row.pk for row in office.get(f"/admin/{url}/?from={day}&to={day}").context["page"]] in (
            [running.pk], [booking.pk],
        )  # fmt: skip
    gap = (NOON + timedelta(days=1)).date().isoformat()
    assert office.get(f"/admin/sessions/?from={gap}&to={gap}").context["page"].paginator.count == 0
    assert office.get("/admin/search/", {"q": running.course.title}).context["sessions"] == [running]
    assert Session.objects.ahead().first() == running


def test_the_agenda_takes_as_many_queries_however_many_days_there_are(django_assert_max_num_queries):
    owner = make.user("owner")
    for n in range(6):
        make.session(in_days=1 + n, trainer=make.trainer())
    with django_assert_max_num_queries(8):
        agenda(owner, every_day=True)


def test_the_tile_of_this_week_leads_to_just_those_that_it_counts(office):
    make.confirmed_booking()
    gone, old = make.confirmed_booking(), make.confirmed_booking()
    cancel_booking(gone, by=None)
    Booking.objects.filter(pk=old.pk).update(confirmed_at=now() - timedelta(days=8))
    assert "/admin/bookings/?confirmed=week" in office.get("/admin/").content.decode()
    page = office.get("/admin/bookings/?confirmed=week")
    assert page.context["page"].paginator.count == numbers().this_week.bookings == 2
    assert "Confirmed this week" in page.content.decode()


def test_a_balance_whose_day_is_over_was_due(office):
    booking = make.booking(session=make.session(in_days=60))
    make.pay(booking, amount=36)
    deliver_due()
    Order.objects.update(balance_due_at=now() - timedelta(days=3))
    page = office.get(f"/admin/bookings/{booking.pk}/").content.decode()
    assert "The balance was due by" in page
    assert "Send the confirmation with the link to pay" in page
