"""Cancelling by the policy, and being told what comes back before it happens."""

from decimal import Decimal

import pytest

from shared_apps.core.time import now
from shared_apps.events.bus import deliver_due
from tenant_apps.bookings.errors import NotCancellable
from tenant_apps.bookings.models import BookingStatus
from tenant_apps.bookings.selectors import token_of
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.bookings.terms import refund_quote
from tenant_apps.payments.errors import WrongAmount
from tenant_apps.payments.models import Refund, RefundStatus
from tenant_apps.payments.sending import carry_out_due_refunds
from tenant_apps.scheduling.services import cancel_session
from tenant_apps.terms.models import BookingTerms
from tests import make
from tests.bookings.conftest import path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


@pytest.mark.parametrize(
    ("in_days", "back"), [(15, "120.00"), (14.01, "120.00"), (10, "60.00"), (7.01, "60.00"), (2, "0.00")]
)
def test_what_comes_back_follows_the_policy(in_days, back):
    booking = make.confirmed_booking(session=make.session(in_days=in_days))
    assert refund_quote(booking).amount == Decimal(back)
    cancel_booking(booking, by=None)
    booking.order.refresh_from_db()
    assert booking.order.refunded == Decimal(back)
    booking.session.refresh_from_db()
    assert (booking.session.seats_taken, booking.session.seats_confirmed) == (0, 0)


def test_the_policy_is_the_one_that_was_shown_when_it_was_booked():
    booking = make.confirmed_booking(session=make.session(in_days=10))
    BookingTerms.objects.update(cancellation_policy=[])
    assert refund_quote(booking).amount == 60


def test_a_course_may_have_a_policy_of_its_own():
    course = make.course(cancellation_policy=[{"days": 1, "percent": 80}])
    booking = make.confirmed_booking(session=make.session(course=course, in_days=3))
    assert refund_quote(booking).amount == 96


def test_whoever_cancels_after_the_start_is_told_that_nothing_was_cancelled(visitor):
    booking = begun()
    page = visitor.client.post(path("booking_cancel", token_of(booking)), {"refund": "120.00"}, follow=True)
    assert "The course has begun, so the booking was not cancelled" in page.content.decode()
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED


def test_whoever_cancels_twice_is_told_that_it_is_cancelled(visitor):
    booking = make.confirmed_booking()
    cancel_booking(booking, by=None)
    page = visitor.client.post(path("booking_cancel", token_of(booking)), {"refund": "120.00"}, follow=True)
    assert "This booking is cancelled already." in page.content.decode()


def test_names_given_after_the_start_are_not_dropped_in_silence(visitor):
    booking = begun()
    answer = visitor.client.post(path("booking_names", token_of(booking)), {"attendee_1": "Grace"}, follow=True)
    assert "be changed any more" in answer.content.decode()


def test_the_page_shows_what_comes_back_and_then_does_that(visitor, mails):
    booking = make.confirmed_booking(session=make.session(in_days=10))
    token = token_of(booking)
    text = visitor.open(path("booking_cancel", token)).content.decode()
    assert "You get back" in text
    assert "£60" in text
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED

    page = visitor.client.post(path("booking_cancel", token), {"refund": "60.00", "reason": "Ill"}, follow=True)
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CANCELLED
    assert booking.cancel_reason == "Ill"
    assert "£60" in page.content.decode()
    deliver_due()
    (mail,) = mails("bookings/cancelled")
    assert "£60" in mail.text
    assert "as you asked" in mail.text
    assert mail.attachments[0]["type"].endswith("method=CANCEL")


def test_when_less_comes_back_than_was_shown_nothing_happens_before_that_is_seen(visitor):
    booking = make.confirmed_booking(session=make.session(in_days=10))
    answer = visitor.client.post(path("booking_cancel", token_of(booking)), {"refund": "120.00"})
    booking.refresh_from_db()
    assert answer.status_code == 409
    assert "Nothing was cancelled yet" in answer.content.decode()
    assert booking.status == BookingStatus.CONFIRMED


def test_a_hold_is_given_back_without_a_fee(visitor):
    booking = make.booking(session=make.session(in_days=2))
    visitor.client.post(path("booking_cancel", token_of(booking)), {"refund": str(refund_quote(booking).amount)})
    booking.refresh_from_db()
    booking.session.refresh_from_db()
    assert booking.status == BookingStatus.CANCELLED
    assert booking.session.seats_taken == 0


def begun():
    """A paid booking whose session begins at this moment."""
    booking = make.confirmed_booking()
    booking.session.starts_at = now()
    booking.session.save()
    return booking


def test_nobody_cancels_what_has_begun(visitor):
    booking = begun()
    with pytest.raises(NotCancellable):
        cancel_booking(booking, by=None)
    visitor.client.post(path("booking_cancel", token_of(booking)), {"refund": "0.00"})
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED
    assert not Refund.objects.exists()


def test_cancelled_twice_pays_back_once(visitor):
    booking = make.confirmed_booking()
    url = path("booking_cancel", token_of(booking))
    for _ in range(2):
        visitor.client.post(url, {"refund": "120.00"})
    assert Refund.objects.get().amount == 120


def test_who_cancelled_is_offered_the_other_dates_and_no_link_to_join(visitor):
    course = make.course()
    booking = make.confirmed_booking(session=make.session(course=course, online_url="https://meet.test/x"))
    other = make.session(course=course, in_days=90)
    cancel_booking(booking, by=None)
    text = visitor.open(path("booking", token_of(booking))).content.decode()
    assert path("book", other.pk) in text
    assert "comes with your confirmation" not in text


def test_a_session_the_office_calls_off_pays_everybody_everything(mails):
    session = make.session(in_days=2)
    paid = [make.confirmed_booking(session=session) for _ in range(2)]
    held = make.booking(session=session)
    cancel_session(session, reason="The trainer is ill", by=None)
    deliver_due()
    deliver_due()
    carry_out_due_refunds()
    deliver_due()

    for booking in [*paid, held]:
        booking.refresh_from_db()
        assert (booking.status, booking.cancel_reason) == (BookingStatus.CANCELLED, "The trainer is ill")
    # Paid in cash: a person hands it back.
    assert [(refund.amount, refund.status) for refund in Refund.objects.all()] == [(120, RefundStatus.PENDING)] * 2
    session.refresh_from_db()
    assert session.seats_taken == 0
    told = mails("bookings/cancelled")
    assert len(told) == 3
    assert all("we had to call this off. The reason: The trainer is ill" in mail.text for mail in told)
    assert sum("hands it back" in mail.text for mail in told) == 2
    assert not mails("bookings/refunded")


def test_what_is_kept_by_the_terms_stays_kept():
    booking = make.booking(session=make.session(in_days=30))
    make.pay(booking, amount=booking.order.deposit)
    deliver_due()
    booking.refresh_from_db()
    booking.cancellation_policy = []
    booking.save()
    cancel_booking(booking, by=None)
    deliver_due()
    deliver_due()
    booking.order.refresh_from_db()
    assert booking.order.held == 36
    assert not Refund.objects.exists()


def test_a_wrong_amount_is_refused_to_the_penny():
    booking = make.booking()
    for amount in ("120.01", "-1.00"):
        with pytest.raises(WrongAmount):
            make.pay(booking, amount=amount)
    make.pay(booking, amount="36.00")
    deliver_due()
    with pytest.raises(WrongAmount):
        make.pay(booking, amount="84.01")
    make.pay(booking, amount="84.00")
    assert booking.order.due == 0
