"""Money that could not be sent back, money handed over, and money that a former release wrote down."""

from decimal import Decimal

import pytest
from django.db import connection

from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.office.selectors import with_money
from tenant_apps.bookings.services import cancel_booking, change_held_booking
from tenant_apps.ledger.models import Account, Entry
from tenant_apps.ledger.selectors import sums_of
from tenant_apps.payments import refunds
from tenant_apps.payments.credits import give_credit
from tenant_apps.payments.errors import NothingDue
from tenant_apps.payments.models import Payment, Refund
from tenant_apps.payments.orders import fulfil_order
from tenant_apps.payments.providers.base import Outcome, Returned, Snapshot
from tenant_apps.payments.sending import hear_of_refund
from tenant_apps.payments.services import settle
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def paid_by_card(**session):
    booking = make.booking(session=make.session(**session))
    payment = Payment.objects.create(
        order=booking.order, provider="stripe", purpose="full", amount=booking.order.total, currency="GBP",
        provider_reference="cs_1", status="processing",
    )  # fmt: skip
    settle(payment, Snapshot(Outcome.PAID, booking.order.total, "GBP", "pi_1"))
    make.deliver_all()
    booking.refresh_from_db()
    return booking


def fails(refund):
    hear_of_refund(refund.payment, Returned(f"re_{refund.key}", False, "no such card", refund.amount, refund.key))
    refund.refresh_from_db()
    return refund


def on(order, account, holder=None):
    rows = Entry.objects.filter(order_id=order.pk, account=account)
    rows = rows.filter(holder=holder) if holder else rows
    return sum((entry.debit - entry.credit for entry in rows), Decimal(0))


def test_what_the_office_handed_over_stays_so_whatever_the_provider_says_of_the_former_try():
    booking, office = paid_by_card(), make.user("owner")
    (refund,) = refunds.refund_order(booking.order, amount=Decimal(50), reason="", by=office)
    fails(refund)
    refunds.settle_by_hand(refund, how="in cash", by=office)

    fails(refund)
    assert (refund.status, booking.order.held) == ("completed", 70)
    assert (on(booking.order, Account.PROVIDER, "stripe"), on(booking.order, Account.PROVIDER, "by_hand")) == (120, -50)

    # The provider sent it after all: that is other money, which is here no more.
    hear_of_refund(refund.payment, Returned("re_late", True, "", Decimal(50), refund.key))
    assert booking.order.held == 20


def settled_otherwise(booking, office, **how):
    (refund,) = refunds.refund_order(booking.order, amount=Decimal(50), reason="", by=office, **how)
    refunds.drop_failed_refund(fails(refund), by=office)


def test_what_was_settled_otherwise_stays_so_when_other_money_goes_back():
    booking, office = paid_by_card(), make.user("owner")
    settled_otherwise(booking, office)
    refunds.refund_order(booking.order, amount=Decimal(30), reason="Goodwill", by=office)
    cancel_booking(booking, by=office, by_office=True, everything=True)
    assert [refund.amount for refund in Refund.objects.order_by("pk")] == [50, 30, 40]
    assert on(booking.order, Account.SETTLED) == -50


def test_money_that_is_sent_anew_was_not_settled_otherwise():
    booking, office = paid_by_card(), make.user("owner")
    (refund,) = refunds.refund_order(booking.order, amount=Decimal(50), reason="", by=office)
    fails(refund)
    cancel_booking(booking, by=office, by_office=True, everything=True)
    assert (on(booking.order, Account.SETTLED), on(booking.order, Account.INCOME)) == (0, 0)
    assert on(booking.order, Account.BUYER) == 0


def test_what_was_settled_otherwise_and_is_still_owed_is_due_on_every_page():
    booking, office = paid_by_card(), make.user("owner")
    settled_otherwise(booking, office, still_owed=True)
    (listed,) = with_money(Booking.objects.all())
    booking.order.refresh_from_db()
    assert (booking.order.due, listed.money_due, booking.order.status) == (50, 50, "part_paid")


def test_of_what_was_taken_off_a_hold_that_got_smaller_nobody_owes_more_than_it_costs():
    booking = make.booking(session=make.session(course=make.course(vat_rate=20)), seats=3)
    give_credit(booking.order, amount=Decimal(200), reason="A regular", by=None)
    change_held_booking(booking, seats=1)
    fulfil_order(booking.order.pk)
    assert {
        account.value: sums_of(booking.order.pk).on(account)
        for account in Account
        if sums_of(booking.order.pk).on(account)
    } == {}


def as_the_former_release_wrote(order):
    """Rows are there, entries are not."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_entry DISABLE TRIGGER entries_stay")
        Entry.objects.filter(order_id=order.pk).delete()
        cursor.execute("ALTER TABLE ledger_entry ENABLE TRIGGER entries_stay")


def test_a_hold_of_the_former_release_is_paid_once_and_nothing_goes_back():
    booking = make.booking()
    as_the_former_release_wrote(booking.order)
    make.pay(booking, amount=120)
    make.deliver_all()
    booking.refresh_from_db()
    assert (booking.status, booking.order.due, Refund.objects.count()) == (BookingStatus.CONFIRMED, 0, 0)


def test_a_hold_of_the_former_release_is_not_confirmed_unpaid():
    booking = make.booking()
    as_the_former_release_wrote(booking.order)
    change_held_booking(booking, seats=1, company="Engines Ltd")
    booking.refresh_from_db()
    assert (booking.status, booking.order.due) == (BookingStatus.PENDING, 120)


def test_what_was_paid_to_the_former_release_is_not_asked_for_again():
    booking = make.confirmed_booking()
    as_the_former_release_wrote(booking.order)
    with pytest.raises(NothingDue):
        make.pay(booking, amount=120)
