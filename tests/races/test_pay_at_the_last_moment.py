"""A hold runs out while its money arrives and somebody else waits for the seat."""

from decimal import Decimal

import pytest

from shared_apps.events.bus import deliver_due
from shared_apps.events.models import Event
from shared_apps.tenants.context import tenant_context
from tenant_apps.bookings.hold_times import expire_hold
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.selectors import token_of
from tenant_apps.bookings.services import change_held_booking
from tenant_apps.bookings.settling import confirm_settled
from tenant_apps.checkout.errors import HoldOver
from tenant_apps.payments.books import post_payment
from tenant_apps.payments.credits import give_credit
from tenant_apps.payments.models import Payment, PaymentStatus, Refund
from tenant_apps.payments.providers.base import Outcome, Snapshot
from tenant_apps.payments.services import settle
from tenant_apps.scheduling.errors import SessionFull
from tenant_apps.terms.models import BookingTerms
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 20


def held_and_being_paid(session):
    """A held booking whose money is on its way."""
    booking = make.booking(session=session)
    payment = Payment.objects.create(
        order=booking.order, provider="stripe", purpose="full", amount=booking.order.total,
        currency=booking.order.currency, status=PaymentStatus.PROCESSING,
    )  # fmt: skip
    return booking, payment


def arrive(payment):
    return settle(payment, Snapshot(Outcome.PAID, amount=payment.amount, currency=payment.currency, transaction_id="t"))


@pytest.mark.parametrize("rival", [False, True])
def test_a_hold_that_ends_while_its_money_arrives_is_confirmed_or_refunded_never_both(alpha, all_at_once, rival):
    with tenant_context(alpha):
        BookingTerms.objects.load()
        worlds = [(*held_and_being_paid(make.session(capacity=1)), make.person()) for _ in range(TIMES)]

    def book_too(session, person):
        return make.booking(session=session, buyer=person)

    answers = []
    for half in (worlds[: TIMES // 2], worlds[TIMES // 2 :]):  # so few that the database has connections for all
        calls = []
        for booking, payment, person in half:
            calls += [lambda booking=booking: expire_hold(Booking.objects.get(pk=booking.pk))]
            calls += [lambda payment=payment: arrive(payment)]
            calls += [lambda b=booking, p=person: book_too(b.session, p)] if rival else []
        answers += all_at_once(calls)
    assert [answer for answer in answers if isinstance(answer, Exception) and not isinstance(answer, SessionFull)] == []

    with tenant_context(alpha):
        deliver_due()
        for booking, payment, _person in worlds:
            booking, payment = Booking.objects.get(pk=booking.pk), Payment.objects.get(pk=payment.pk)
            session = booking.session
            returned = sum(Refund.objects.filter(payment=payment).values_list("amount", flat=True), Decimal(0))
            confirmed = booking.status == BookingStatus.CONFIRMED
            assert payment.status == PaymentStatus.COMPLETED
            assert booking.status in (BookingStatus.CONFIRMED, BookingStatus.EXPIRED)
            assert returned == (0 if confirmed else payment.amount)
            assert session.seats_taken == sum(session.bookings.live().values_list("seats", flat=True))
            assert session.seats_confirmed == (1 if confirmed else 0)
            told = Event.objects.filter(subject_id=booking.pk, name="booking.confirmed").count()
            assert told == (1 if confirmed else 0)
            if not rival:
                assert confirmed  # the seat was still there


def test_two_workers_and_a_cancelling_buyer_give_the_seats_back_once(alpha, all_at_once):
    """Whatever ends a hold, and however many at once: the seats come back one time."""
    from shared_apps.core.errors import IllegalMove, MovedMeanwhile
    from tenant_apps.bookings.errors import NotCancellable
    from tenant_apps.bookings.services import cancel_booking

    with tenant_context(alpha):
        session = make.session(capacity=40)
        bookings = [make.booking(session=session, seats=2) for _ in range(10)]
        make.booking(session=session, seats=5)
    calls = []
    for booking in bookings:
        calls += [lambda b=booking: expire_hold(Booking.objects.get(pk=b.pk))] * 2
        calls += [lambda b=booking: cancel_booking(b, by=None)]

    answers = all_at_once(calls)

    refused = (NotCancellable, IllegalMove, MovedMeanwhile)
    assert [answer for answer in answers if isinstance(answer, Exception) and not isinstance(answer, refused)] == []
    with tenant_context(alpha):
        session.refresh_from_db()
        assert (session.seats_taken, session.seats_confirmed) == (5, 0)
        assert not session.bookings.exclude(status__in=["expired", "cancelled"]).exclude(seats=5).exists()


def test_a_buyer_who_is_back_before_the_booking_is_confirmed_is_not_told_that_they_have_not_paid(alpha, client_of):
    """The money is written down, and another process is about to confirm: their page waits, and asks for nothing."""
    with tenant_context(alpha):
        booking, payment = held_and_being_paid(make.session())
        Payment.objects.filter(pk=payment.pk).update(status=PaymentStatus.COMPLETED, completed_at=booking.created_at)
        post_payment(Payment.objects.get(pk=payment.pk))
        token = token_of(booking)
    browser = client_of(alpha)
    for page in ("return", "check"):
        assert browser.get(f"/bookings/{token}/{page}/").url.endswith("/done/")
    text = browser.get(f"/bookings/{token}/done/").content.decode()
    assert "£120" in text
    assert "/pay/" not in text


def test_who_adds_seats_while_the_office_takes_the_price_off_is_not_confirmed_with_money_due(alpha, all_at_once):
    with tenant_context(alpha):
        BookingTerms.objects.load()
        bookings = [make.booking(session=make.session()) for _ in range(6)]

    def take_off(booking):
        give_credit(booking.order, amount=Decimal(120), reason="On the house", by=None)
        confirm_settled(booking.order_id)

    def add_seats(booking):
        change_held_booking(booking, seats=5)

    calls = [lambda do=do, booking=booking: do(booking) for booking in bookings for do in (take_off, add_seats)]
    answers = all_at_once(calls)
    unexpected = [answer for answer in answers if isinstance(answer, Exception) and not isinstance(answer, HoldOver)]
    assert unexpected == []
    with tenant_context(alpha):
        for booking in Booking.objects.select_related("order"):
            assert (booking.status == BookingStatus.CONFIRMED) == (booking.order.due == 0), booking.seats
