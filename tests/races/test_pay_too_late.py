"""Money for a hold that has run out: the seat again if it is free, else the money back, by itself, within a minute."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from shared_apps.core.time import now
from shared_apps.sandbox.models import StripeObject
from shared_apps.sandbox.switches import set_switches
from shared_apps.tenants.context import public_context, tenant_context
from tenant_apps.bookings.hold_times import expire_hold
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.messaging.models import Message, MessageStatus
from tenant_apps.payments.models import Payment, PaymentStatus, Refund, RefundStatus
from tests import make
from tests.support.crowd import card_at, poster, take_cards, together, tokens_of_students
from tests.support.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def paid_too_late(alpha, address, *, count, gone):
    """So many buyers with a session of one seat each. All pay at one moment, and their holds run out at the same.

    The provider's word comes seconds after. With `gone`, somebody else takes each seat first.
    """
    with tenant_context(alpha):
        sessions = [make.session(capacity=1) for _ in range(count)]
    api, cards, ids = f"{address}/api/tenant/alpha", [], []
    for session, token in zip(sessions, tokens_of_students(alpha, count), strict=True):
        booked = poster(f"{api}/bookings", token)({"sessionId": str(session.pk)}).json()["id"]
        begun = poster(f"{api}/payments/stripe/initiate", token)({"bookingId": booked, "purpose": "full"})
        cards.append(card_at(begun.json()["payUrl"]))
        ids.append(booked)
    with public_context():
        set_switches({"webhooks_delay_seconds": 5})
    answers = together(cards)
    assert {answer.status_code for answer in answers} == {302}
    with tenant_context(alpha):
        for booking in Booking.objects.filter(pk__in=ids).select_related("session"):
            with transaction.atomic():  # or the money is here before anybody else could book
                Booking.objects.filter(pk=booking.pk).update(hold_expires_at=now() - timedelta(seconds=1))
                assert expire_hold(booking)
                if gone:
                    make.booking(session=booking.session)
    return ids


@pytest.mark.timeout(400)
def test_late_money_takes_a_free_seat_again(alpha, two_web_processes, worker, settings, repeats, finding):
    count = repeats(3, thorough=20)
    take_cards(alpha, two_web_processes, settings)
    ids = paid_too_late(alpha, two_web_processes, count=count, gone=False)
    with tenant_context(alpha):
        bookings = Booking.objects.filter(pk__in=ids)
        confirmed = bookings.filter(status=BookingStatus.CONFIRMED)
        took = wait_until(lambda: confirmed.count() == count, "seats", seconds=60, every=0.25)
        assert {booking.session.seats_taken for booking in bookings.select_related("session")} == {1}
        assert {booking.order.held for booking in bookings.select_related("order")} == {Decimal(120)}
        assert not Refund.objects.exists()
    finding(
        "Money for a hold that has run out, its seat still free",
        times=count,
        must="the seat is taken again and confirmed within 60 s",
        found=f"{count} of {count} within {took:.0f} s",
        control="without a worker the money stays without a state",
    )


@pytest.mark.timeout(400)
def test_late_money_for_a_seat_that_is_gone_goes_back_and_its_buyer_is_told(
    alpha, two_web_processes, worker, settings, repeats, finding
):
    count = repeats(3, thorough=20)
    take_cards(alpha, two_web_processes, settings)
    ids = paid_too_late(alpha, two_web_processes, count=count, gone=True)
    with tenant_context(alpha):
        told = Message.objects.filter(kind="bookings/late_money", about_id__in=ids, status=MessageStatus.SENT)
        refunded = Refund.objects.filter(status=RefundStatus.COMPLETED)
        took = wait_until(lambda: refunded.count() == count, "refunds", seconds=60, every=0.25)
        wait_until(lambda: told.count() == count, "emails", seconds=60 - took, every=0.25)
        for booking in Booking.objects.filter(pk__in=ids).select_related("order", "session"):
            assert (booking.status, booking.order.held, booking.order.paid) == (BookingStatus.EXPIRED, 0, 120)
            assert (booking.session.seats_taken, booking.session.bookings.live().count()) == (1, 1)
    with public_context():
        charges = [row.data for row in StripeObject.objects.filter(kind="charge")]
    assert [charge["amount_refunded"] for charge in charges] == [12000] * count
    finding(
        "Money for a hold that has run out, its seat gone",
        times=count,
        must="all of it back within 60 s, the buyer told, no money without a state",
        found=f"{count} of {count} refunded within {took:.0f} s and told; here and at the provider 0 held",
        control="without a worker the money stays without a state",
    )


def test_the_control_keeps_money_without_a_state(alpha, two_web_processes, settings):
    """With nobody behind the web processes the provider has money that no booking knows of."""
    take_cards(alpha, two_web_processes, settings)
    [booking] = paid_too_late(alpha, two_web_processes, count=1, gone=True)
    with public_context():
        assert StripeObject.objects.get(kind="charge").data["amount_refunded"] == 0
    with tenant_context(alpha):
        assert Payment.objects.get().status == PaymentStatus.PROCESSING
        assert Booking.objects.get(pk=booking).status == BookingStatus.EXPIRED
        assert not Refund.objects.exists()
