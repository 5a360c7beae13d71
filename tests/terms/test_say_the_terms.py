"""What a policy says to people is what it does: whole days of the calendar, to the end of the day."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from shared_apps.core.time import now
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.office.selectors import overdue
from tenant_apps.bookings.selectors import token_of
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.bookings.terms import balance_due, refund_quote, terms_of
from tenant_apps.payments.models import Order
from tenant_apps.terms.models import BookingTerms
from tenant_apps.terms.policy import CancellationPolicy, validate_policy
from tests import make
from tests.bookings.conftest import path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
LONDON, NAIROBI = ZoneInfo("Europe/London"), ZoneInfo("Africa/Nairobi")
FRIDAY = datetime(2027, 1, 15, 9, tzinfo=LONDON)


def policy(*steps):
    return CancellationPolicy.parse([{"days": days, "percent": percent} for days, percent in steps])


def at(day, hour, minute=0, second=0, zone=LONDON):
    return datetime(2027, 1, day, hour, minute, second, tzinfo=zone)


def test_up_to_the_day_before_lasts_until_that_day_ends():
    day_before = policy((1, 100))
    assert day_before.percent_at(at(14, 9, 1), FRIDAY) == 100
    assert day_before.percent_at(at(14, 23, 59, 59), FRIDAY) == 100
    assert day_before.percent_at(at(15, 0), FRIDAY) == 0
    assert day_before.sentences(FRIDAY)[0] == "Cancel until Thu 14 Jan, 23:59: a full refund."
    assert day_before.sentences()[0] == "Cancel up to the day before it starts: a full refund."


def test_the_day_is_that_of_the_place_where_it_happens():
    nairobi = policy((1, 100))
    starts = at(15, 1, zone=NAIROBI)  # still Thursday in London
    assert nairobi.percent_at(at(14, 23, 30, zone=NAIROBI), starts, NAIROBI) == 100
    assert nairobi.percent_at(at(15, 0, 30, zone=NAIROBI), starts, NAIROBI) == 0
    assert "Thu 14 Jan, 23:59" in nairobi.sentences(starts, NAIROBI)[0]


def test_a_step_of_no_days_lasts_until_it_begins():
    same_day = policy((7, 100), (0, 50))
    assert same_day.percent_at(at(15, 8, 59), FRIDAY) == 50
    assert same_day.percent_at(at(15, 9, 1), FRIDAY) == 0
    assert same_day.sentences(FRIDAY)[1:] == [
        "Cancel any time before it starts: 50% back.", "Once it has begun: no refund.",
    ]  # fmt: skip


def test_a_step_that_gives_nothing_back_is_not_called_a_refund():
    assert policy((14, 100), (3, 0)).sentences() == [
        "Cancel up to 14 days before it starts: a full refund.", "After that: no refund.",
    ]  # fmt: skip
    assert policy((7, 0)).sentences() == ["Bookings can't be refunded."]


def test_every_sentence_names_the_last_moment_at_which_its_sum_comes_back():
    steps = policy((30, 100), (14, 75), (7, 50), (1, 10), (0, 5))
    lines = steps.lines(FRIDAY)
    assert len(lines) > 3
    for line in lines:
        assert steps.percent_at(line.until, FRIDAY) == line.percent
        if line.until != FRIDAY:
            assert f"{line.until:%H:%M}" == "23:59"


def test_the_booking_page_and_the_cancel_page_name_that_moment(visitor):
    booking = make.confirmed_booking(session=make.session(in_days=30))
    (first, *_) = booking.policy.lines(booking.session.starts_at)
    assert refund_quote(booking, at=first.until).percent == first.percent
    for page in ("booking", "booking_cancel"):
        assert first.sentence in visitor.open(path(page, token_of(booking))).content.decode()


def test_a_balance_due_by_a_day_is_overdue_only_after_that_day():
    assert balance_due(FRIDAY, 6, at=at(1, 9)) == at(9, 23, 59, 59).replace(microsecond=999999)
    assert balance_due(FRIDAY, 6, at=at(9, 0, 1)) is None  # on that very day there is no time for a deposit
    booking = make.booking()
    make.pay(booking, amount=booking.order.deposit)
    Booking.objects.update(status="confirmed", confirmed_at=now())
    Order.objects.update(balance_due_at=now())
    assert not overdue(Booking.objects.all())


def test_terms_changed_a_moment_ago_hold_for_the_next_booking():
    session = make.session()
    assert terms_of(session).deposit == 36
    BookingTerms.objects.update(deposit_percent=50)  # past everything that would have told the page cache
    assert make.booking(session=session).order.deposit == 60


@pytest.mark.parametrize(("price", "percent"), [("2", 10), ("1", 80)])
def test_no_deposit_is_offered_that_a_card_could_not_pay(price, percent):
    BookingTerms.objects.update(deposit_percent=percent)
    assert make.booking(session=make.session(price=price)).order.deposit is None


def test_the_deposit_stands_beside_each_date_one_can_choose(client_of, tenant):
    course = make.course(price=120)
    for days in (40, 50):
        make.session(course=course, in_days=days)
    page = client_of(tenant).get(path("course_book", course.slug)).content.decode()
    assert page.count("£36 deposit, the rest by") == 2


def test_a_booking_that_kept_terms_beyond_the_calendar_can_be_opened_and_cancelled(visitor, office):
    booking = make.confirmed_booking()
    Booking.objects.update(cancellation_policy=[{"days": 10**12, "percent": 100}, {"days": 7, "percent": 50}])
    assert visitor.open(path("booking", token_of(booking))).status_code == 200
    assert office.get(f"/admin/bookings/{booking.pk}/").status_code == 200
    cancel_booking(Booking.objects.get(), by=make.user("admin"))
    assert Booking.objects.get().status == "cancelled"


@pytest.mark.parametrize(
    "rows",
    [
        [{"days": 366, "percent": 100}],
        [{"days": 10**6, "percent": 100}],
        [{"days": 7, "percent": 101}],
        [{"days": -1, "percent": 50}],
        [{"days": "14", "percent": "100"}],
        [{"days": 7.9, "percent": 50}],
        [{"days": True, "percent": 50}],
        [{"days": 7, "percent": 50, "note": "x"}],
        [{"days": 7}],
        [[7, 50]],
        {},
        [{"days": days, "percent": 50} for days in range(11)],
    ],
)
def test_terms_that_nobody_could_keep_are_refused(rows):
    with pytest.raises(ValidationError):
        validate_policy(rows)


def test_terms_may_be_as_generous_as_the_form_says():
    validate_policy([{"days": 365, "percent": 100}, {"days": 0, "percent": 0}])
    validate_policy([])
