"""The ledger: it balances, nothing in it is changed, and what was there before it is written into it to the penny."""

from collections.abc import Iterator
from decimal import Decimal
from importlib import import_module
from random import Random

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from shared_apps.core.errors import DomainError
from shared_apps.events.bus import deliver_due
from tenant_apps.bookings.services import cancel_booking, change_held_booking
from tenant_apps.ledger.models import Account, DocumentKind, Entry
from tenant_apps.ledger.posting import Document, Leg, entries, post
from tenant_apps.ledger.selectors import sums_of
from tenant_apps.payments import refunds
from tenant_apps.payments.credits import give_credit
from tenant_apps.payments.disputes import write_down_dispute
from tenant_apps.payments.models import DisputeStatus, Order, Payment, Refund
from tenant_apps.payments.orders import fulfil_order, lapse_order, revive_order
from tenant_apps.payments.providers.base import Disputed, Returned
from tenant_apps.payments.sending import hear_of_refund
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def balances(order: Order) -> dict[str, Decimal]:
    sums = sums_of(order.pk)
    return {account.value: sums.on(account) for account in Account if sums.on(account)}


def test_a_sale_is_owed_and_what_is_paid_is_earned_when_the_course_was_held():
    booking = make.booking(session=make.session(price=120, course=make.course(vat_rate=20)))
    assert balances(booking.order) == {"buyer": 120, "deferred_income": -100, "vat": -20}

    make.pay(booking)
    assert balances(booking.order) == {"provider": 120, "deferred_income": -100, "vat": -20}

    fulfil_order(booking.order.pk)
    assert balances(booking.order) == {"provider": 120, "income": -100, "vat": -20}


def test_what_a_cancellation_keeps_is_earned_with_its_vat_and_the_rest_is_nobodys():
    booking = make.confirmed_booking(session=make.session(price=120, course=make.course(vat_rate=20)))
    cancel_booking(booking, by=None, by_office=True, refund=Decimal(90))
    assert balances(booking.order) == {"provider": 120, "payable": -90, "income": -25, "vat": -5}


def test_of_a_hold_that_lapsed_nothing_is_owed_and_money_that_comes_is_the_buyers():
    booking = make.booking()
    lapse_order(booking.order.pk)
    assert balances(booking.order) == {}

    make.pay(booking)
    assert balances(booking.order) == {"provider": 120, "buyer": -120}

    revive_order(booking.order.pk)
    assert balances(booking.order) == {"provider": 120, "deferred_income": -120}


def test_money_that_a_bank_takes_back_is_out_until_it_decides():
    order = make.confirmed_booking().order
    payment = order.payments.get()
    write_down_dispute(payment, Disputed("du_1", DisputeStatus.OPEN, Decimal(120)))
    assert balances(order) == {"disputed": 120, "deferred_income": -120}
    write_down_dispute(payment, Disputed("du_1", DisputeStatus.WON, Decimal(120)))
    assert balances(order) == {"provider": 120, "deferred_income": -120}
    write_down_dispute(payment, Disputed("du_2", DisputeStatus.LOST, Decimal(120)))
    assert balances(order) == {"buyer": 120, "deferred_income": -120}


def test_a_hold_that_changes_undoes_its_line_and_both_stay_in_the_books():
    booking = make.booking(seats=1)
    change_held_booking(booking, seats=3)
    assert [line.quantity for line in booking.order.lines.order_by("pk")] == [1, -1, 3]
    assert [line.quantity for line in booking.order.lines.standing()] == [3]
    assert {line.item_id for line in booking.order.lines.all()} == {booking.pk}
    assert balances(booking.order)["buyer"] == 360


def test_entries_that_do_not_balance_are_refused_by_the_database():
    order = make.booking().order
    one_side = Entry(
        document_kind=DocumentKind.CREDIT, document_id=order.pk, order_id=order.pk, account=Account.BUYER,
        debit=Decimal(5), currency="GBP",
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="do not balance"), transaction.atomic():
        Entry.objects.bulk_create([one_side])
    with pytest.raises(ValueError, match="do not balance"):
        entries(Document(DocumentKind.CREDIT, order.pk, order.pk, "GBP"), [Leg(Account.BUYER, Decimal(5))])


def test_entries_are_never_changed_or_deleted():
    make.booking()
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Entry.objects.update(debit=1)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Entry.objects.all().delete()


def test_a_document_posted_twice_stands_once():
    order = make.booking().order
    document = Document(DocumentKind.CREDIT, order.pk, order.pk, "GBP")
    for _ in range(2):
        post(document, [Leg(Account.BUYER, Decimal(-5)), Leg(Account.DEFERRED_INCOME, Decimal(5))])
    assert balances(order)["buyer"] == 115


def made_up_orders(count: int, dice: Random) -> None:
    """Orders to which all that can happen to money has happened, in any order."""
    session = make.session(capacity=count * 3, price=Decimal("119.99"), course=make.course(vat_rate=20))
    for _ in range(count):
        booking = make.booking(session=session, seats=dice.randint(1, 3))
        for _ in range(dice.randint(0, 14)):
            booking.refresh_from_db()
            try:
                with transaction.atomic():
                    dice.choice(HAPPENINGS)(booking, dice)
            except DomainError:
                continue
    deliver_due()


def _pay(booking, dice):
    make.pay(booking, amount=dice.choice([booking.order.due, min(booking.order.due, Decimal("35.50"))]))


def _cancel(booking, dice):
    share = Decimal(dice.randint(0, 100)) / 100
    amount = (max(Decimal(0), booking.order.held) * share).quantize(Decimal("0.01"))
    cancel_booking(booking, by=None, by_office=True, refund=amount)


def _give_back(booking, dice):
    if booking.order.held > 0:
        amount = (booking.order.held / dice.randint(1, 4)).quantize(Decimal("0.01"))
        refunds.refund_order(booking.order, amount=amount, reason="", by=None, still_owed=dice.random() < 0.3)


def _answer(booking, dice):
    for refund in Refund.objects.filter(payment__order=booking.order).order_by("?")[:1]:
        said = Returned(f"re_{refund.key}", dice.random() < 0.5, "no such card", refund.amount, refund.key)
        hear_of_refund(refund.payment, said)


def _drop(booking, dice):
    for refund in Refund.objects.filter(payment__order=booking.order, status="failed", dropped_at=None)[:1]:
        refunds.drop_failed_refund(refund, by=None)


def _dispute(booking, dice):
    for payment in Payment.objects.filter(order=booking.order, status="completed")[:1]:
        if payment.disputes.exists() or payment.refundable == payment.amount:
            status = dice.choice(list(DisputeStatus))
            write_down_dispute(payment, Disputed(f"du_{payment.pk}", status, payment.amount))


def _credit(booking, dice):
    give_credit(booking.order, amount=Decimal(dice.randint(1, 2500)) / 100, reason="A regular", by=None)


def _lapse(booking, dice):
    if booking.status == "pending":
        make.run_out(booking)


HAPPENINGS = [
    _pay,
    _pay,
    _pay,
    _cancel,
    _give_back,
    _give_back,
    _answer,
    _answer,
    _drop,
    _drop,
    _dispute,
    _credit,
    _lapse,
]


@pytest.fixture
def before_the_ledger(tenant) -> Iterator[None]:
    """What this test writes into the ledger can be taken out again."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_entry DISABLE TRIGGER entries_stay")
        yield
        cursor.execute("ALTER TABLE ledger_entry ENABLE TRIGGER entries_stay")


def in_the_books() -> dict[tuple[str, ...], Decimal]:
    rows = Entry.objects.values_list("order_id", "document_kind", "account", "holder").order_by()
    return {tuple(map(str, key)): sum_ for *key, sum_ in rows.annotate(sum=Sum("debit") - Sum("credit")) if sum_}


@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("before_the_ledger")
def test_what_was_there_before_the_ledger_is_written_into_it_to_the_penny(repeats):
    count = repeats(60, thorough=10_000)
    with connection.cursor() as cursor:  # the constraints of so many rows are looked at in one statement in the end
        cursor.execute("SET LOCAL statement_timeout = 0")
    made_up_orders(count, Random(8))
    by_services = in_the_books()
    Entry.objects.all().delete()
    with connection.cursor() as cursor:
        for operation in import_module("tenant_apps.payments.migrations.0009_into_the_ledger").Migration.operations:
            cursor.execute(operation.sql)
    by_migration = in_the_books()

    assert by_services == by_migration
    kinds = {key[1] for key in by_migration}
    assert kinds == set(DocumentKind.values)
