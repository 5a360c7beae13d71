"""Money that was written down by mistake is taken back by one press: once, in the books for ever, told to nobody."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import transaction

from shared_apps.core.errors import DomainError
from shared_apps.core.time import now
from shared_apps.events.models import Delivery
from shared_apps.events.timeline import history
from tenant_apps.bookings.desk import take_payment
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.selectors import token_of
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.ledger.models import DocumentKind, Entry
from tenant_apps.ledger.posting import Document, post
from tenant_apps.ledger.selectors import sums_of
from tenant_apps.messaging.models import Message, Notice
from tenant_apps.payments.books import legs_of_refund
from tenant_apps.payments.errors import NoMoreTakenBack, SentMeanwhile, TakenBackAlready, UsedMeanwhile
from tenant_apps.payments.models import Order, Payment, Refund
from tenant_apps.payments.refunds import refund_order
from tenant_apps.payments.selectors import money_of
from tenant_apps.payments.standing import lock_order, write_missing_entries
from tenant_apps.payments.taking_back import RECEIPT_WAITS, WITHIN, take_back_payment
from tenant_apps.people.privacy import export_person
from tenant_apps.reports.selectors import account_of, numbers
from tenant_apps.scheduling.services import cancel_session
from tests import make
from tests.bookings.conftest import path
from tests.support.due import do_what_is_due

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def took(amount=50, *, booking=None, provider="cash"):
    """Money that the office wrote down on a page that offers to undo it; what is told at once is told."""
    booking = booking or make.booking()
    payment = take_payment(
        booking, provider=provider, amount=Decimal(amount), reference="", by=None, undo_offered=True
    )  # fmt: skip
    make.deliver_all()
    return Booking.objects.get(pk=booking.pk), payment


def told(kind):
    return Message.objects.filter(kind=f"bookings/{kind}").count()


def order_of(booking) -> Order:
    return Order.objects.get(pk=booking.order_id)


@pytest.mark.parametrize(("amount", "provider"), [(50, "cash"), (120, "bank_transfer")])
def test_it_owes_again_what_it_did_and_both_entries_stand_in_the_books(amount, provider):
    before = make.booking()
    sums = sums_of(before.order_id)
    booking, payment = took(amount, booking=before, provider=provider)
    written = set(Entry.objects.values_list("pk", "debit", "credit"))
    take_back_payment(payment, by=None)
    after = sums_of(booking.order_id)
    for account in ("buyer", "provider", "payable", "deferred_income", "vat", "settled"):
        assert after.on(account) == sums.on(account), account
    assert written < set(Entry.objects.values_list("pk", "debit", "credit"))
    order = order_of(booking)
    assert (order.status, order.total, order.due, order.balance.credited) == ("open", 120, 120, 0)
    assert booking.status == "confirmed"


def test_nobody_hears_of_what_was_taken_back_in_time_and_a_receipt_comes_for_what_stays():
    _booking, payment = took(50)
    assert told("receipt") == 0
    take_back_payment(payment, by=None)
    _other, _stays = took(60)
    do_what_is_due(after=RECEIPT_WAITS)
    make.deliver_all()
    assert [mail.subject[:12] for mail in Message.objects.filter(kind="bookings/receipt")] == ["Receipt: £60"]
    assert (told("taken_back"), told("refunded")) == (0, 0)


def test_who_has_the_receipt_is_told_that_it_was_a_mistake():
    _booking, payment = took(50)
    do_what_is_due(after=RECEIPT_WAITS)
    make.deliver_all()
    assert told("receipt") == 1
    take_back_payment(payment, by=None)
    make.deliver_all()
    mail = Message.objects.get(kind="bookings/taken_back")
    for text in (mail.text, mail.html):
        assert "£50" in text
        assert "£120 is due" in text


def test_a_receipt_speaks_only_of_money_that_came():
    booking, payment = took(50)
    take_back_payment(payment, by=None)
    assert money_of(order_of(booking)).payments == []
    took(70, booking=booking)
    money = money_of(order_of(booking))
    assert (money.paid, money.refunded, money.due, len(money.payments), money.refunds) == (70, 0, 50, 1, [])


def test_cancelled_after_a_mistake_alone_it_is_said_that_nothing_was_paid():
    booking, payment = took(50)
    take_back_payment(payment, by=None)
    cancelled(booking, payment)
    make.deliver_all()
    text = Message.objects.get(kind="bookings/cancelled").text
    assert "Nothing was paid" in text
    assert "gone back" not in text


def test_called_off_after_a_mistake_everything_that_was_paid_goes_back():
    booking, payment = took(50)
    take_back_payment(payment, by=None)
    took(120, booking=booking)
    cancel_session(booking.session, reason="Ill", by=None)
    make.deliver_all()
    assert "everything you paid" in Message.objects.get(kind="bookings/cancelled").text


def test_neither_the_student_nor_any_sum_is_told_of_it_and_the_office_reads_it_marked(api, tenant, office):
    user, person = make.student_user()
    booking, payment = took(50, booking=make.booking(buyer=person))
    take_back_payment(payment, by=None)
    order = api(tenant, user).call("get", f"/bookings/{booking.pk}").json()["order"]
    assert (order["paid"], order["refunded"], order["due"]) == (0, 0, 120)
    records = export_person(person, by=None)["records"]
    assert not {"payments.payment", "payments.refund"} & set(records)
    assert account_of(person).movements == []
    assert ">Refund<" not in office.get(f"/admin/students/{person.pk}/").content.decode()
    assert sum(week.revenue for week in numbers().weeks) == 0

    caller = api(tenant, make.user("owner"))
    (row,) = caller.call("get", "/payments").json()["results"]
    assert (row["takenBack"], row["refunded"]) == (True, 0)
    (back,) = caller.call("get", f"/payments/{payment.pk}/refunds").json()["results"]
    assert back["takenBack"] is True
    assert caller.call("get", "/payments?status=refunded").json()["results"] == []


def test_books_that_called_it_sent_back_are_put_right():
    booking, payment = took(50)
    with transaction.atomic():
        refund = take_back_payment(payment, by=None)
        as_before = Document(DocumentKind.REFUND, refund.pk, booking.order_id, "GBP")
        post(Document(DocumentKind.PAYMENT, refund.pk, booking.order_id, "GBP"), [])
        post(as_before, legs_of_refund(refund))
    assert order_of(booking).refunded == 50
    with transaction.atomic():
        lock_order(booking.order_id)
    order = order_of(booking)
    assert (order.paid, order.refunded, order.due) == (0, 0, 120)
    assert write_missing_entries(booking.order_id) == 0


def test_a_receipt_that_is_late_is_not_sent_for_what_was_taken_back():
    booking = make.confirmed_booking()
    Notice.objects.all().delete()
    Message.objects.all().delete()
    payment = take_payment(booking, provider="cash", amount=Decimal(20), reference="", by=None, keep_more=True)
    waiting = Delivery.objects.filter(handler="bookings.send_receipt", done_at=None)
    assert waiting.update(next_try_at=now() + timedelta(minutes=1)) == 1
    make.deliver_all()
    take_back_payment(payment, by=None)
    do_what_is_due(after=timedelta(minutes=2))
    make.deliver_all()
    assert not waiting.exists()
    assert (told("receipt"), told("taken_back")) == (0, 0)


def test_what_sent_a_card_payment_back_is_not_taken_back():
    booking, payment = took(120)
    make.card_payment(booking.order, amount=120)  # their card's page was open
    make.deliver_all()
    assert Refund.objects.get().payment.provider == "stripe"
    with pytest.raises(SentMeanwhile):
        take_back_payment(payment, by=None)
    assert order_of(booking).due == 0


def test_the_right_sum_may_be_the_same_one_again():
    booking, payment = took(50)
    take_back_payment(payment, by=None)
    took(50, booking=booking)
    assert order_of(booking).due == 70


def test_twice_it_is_taken_back_once():
    _booking, payment = took(50)
    take_back_payment(payment, by=None)
    with pytest.raises(TakenBackAlready):
        take_back_payment(payment, by=None)
    assert Refund.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_four_people_at_once_take_it_back_once(all_at_once):
    booking, payment = took(50)

    def press():
        try:
            return take_back_payment(payment, by=None).pk
        except TakenBackAlready:
            return None

    answers = all_at_once([press] * 4)
    assert sum(answer is not None for answer in answers) == 1
    assert order_of(booking).due == 120


def refunded(booking, payment):
    refund_order(booking.order, amount=Decimal(10), reason="Late", still_owed=True, by=None)


def cancelled(booking, payment):
    cancel_booking(booking, refund=Decimal(0), by_office=True, by=None)


@pytest.mark.parametrize("meanwhile", [refunded, cancelled])
def test_after_something_else_was_done_with_it_it_stays(meanwhile):
    booking, payment = took(50)
    meanwhile(booking, payment)
    before = Entry.objects.count()
    with pytest.raises(UsedMeanwhile):
        take_back_payment(payment, by=None)
    assert Entry.objects.count() == before


def test_after_some_minutes_or_by_card_it_is_a_refund():
    booking, payment = took(50)
    with time_machine.travel(now() + WITHIN + timedelta(seconds=1)), pytest.raises(NoMoreTakenBack):
        take_back_payment(payment, by=None)
    card = make.card_payment(booking.order, amount=70)
    with pytest.raises(NoMoreTakenBack):
        take_back_payment(card, by=None)


def test_the_office_undoes_it_where_it_was_told_and_is_back_where_it_was(office, visitor):
    booking = make.booking(buyer=make.person(name="Ada Byron"))
    form = {"amount": "50", "provider": "cash", "reference": "", "due": "120.00"}
    page = office.post(f"/admin/bookings/{booking.pk}/payment/", form, follow=True).content.decode()
    undos = set(re.findall(r'action="[^"]*(/admin/bookings/[^"]+/take-back/)"', page))
    (undo,) = undos
    assert page.count("/take-back/") == 2  # what is told, and for some minutes beside the payment
    assert "£50 recorded." in page
    listed = office.get("/admin/bookings/?money=due&page=1")
    back = listed.wsgi_request.build_absolute_uri()
    answer = office.post(undo, headers={"referer": back})
    assert answer.url.endswith("/admin/bookings/?money=due&page=1")
    assert "£50 is taken back. Ada Byron owes £120." in office.get("/admin/bookings/").content.decode()
    again = office.post(undo, follow=True).content.decode()
    assert "was taken back already" in again
    assert "/take-back/" not in again
    assert "Taken back" in again
    said = [str(entry.title) for entry in history(booking, order_of(booking), money=True)]
    assert any("taken back" in title for title in said)
    assert "£50" not in visitor.open(path("booking", token_of(booking))).content.decode()


def test_a_page_elsewhere_is_no_way_back_and_others_payments_are_not_there(office, desk):
    booking, payment = took(50)
    other = make.confirmed_booking()
    page = f"/admin/bookings/{booking.pk}/payment/{payment.pk}/take-back/"
    assert desk("trainer").post(page).status_code == 404
    wrong = f"/admin/bookings/{other.pk}/payment/{payment.pk}/take-back/"
    assert office.post(wrong).status_code == 404
    answer = office.post(page, headers={"referer": "https://elsewhere.test/admin/"})
    assert answer.url.endswith(f"/admin/bookings/{booking.pk}/")
    assert Payment.objects.get(pk=payment.pk).refunds.count() == 1


def test_every_refusal_is_a_sentence():
    for refusal in (NoMoreTakenBack(), TakenBackAlready(), UsedMeanwhile(), SentMeanwhile()):
        assert isinstance(refusal, DomainError)
        assert str(refusal.message).endswith(".")
