"""Paying through the stand-in's hosted page, over real HTTP with the real SDK."""

import html
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest

from shared_apps.core.time import now
from shared_apps.events.bus import deliver_due
from shared_apps.events.models import Delivery, Event
from shared_apps.sandbox.switches import set_switches
from shared_apps.tenants.context import public_context
from tenant_apps.bookings.hold_times import expire_holds
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.selectors import token_of
from tenant_apps.branding.models import Brand
from tenant_apps.payments.models import OPEN_PAYMENTS, Payment, PaymentStatus, Refund, RefundStatus
from tenant_apps.payments.sending import carry_out_due_refunds
from tests import make
from tests.bookings.conftest import Visitor, in_site, path
from tests.support.accounts import pay_with
from tests.support.due import do_what_is_due


def the_booking():
    return Booking.objects.select_related("order", "session").get()


def test_a_visitor_pays_in_full_and_holds_a_confirmation(cards, visitor, mails):
    session = make.session()
    token = visitor.token(session, seats="2", attendee_2="Grace Hopper")
    away = visitor.pay(token)
    assert away.status_code == 303
    back = cards.pay(away.url)
    done = visitor.client.get(back.headers["Location"], follow=True)

    booking = the_booking()
    session.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED
    assert booking.order.paid == Decimal(240)
    assert booking.order.due == 0
    assert (session.seats_taken, session.seats_confirmed) == (2, 2)
    text = done.content.decode()
    for said in ("Your 2 seats are booked", booking.reference, "£240", "Add to calendar", "ada@example.com"):
        assert said in text
    deliver_due()
    assert {mail.kind for mail in mails() if mail.to == "ada@example.com"} == {"bookings/confirmed", "bookings/receipt"}


def test_on_the_providers_own_host_one_comes_back_there(cards, alpha, client_of):
    visitor = Visitor(client_of(alpha, on_host=True))
    token = visitor.token(make.session())
    back = cards.pay(visitor.pay(token).url).headers["Location"]
    assert back.startswith("http://alpha.localhost:")
    assert "Your seat is booked" in visitor.client.get(in_site(back), follow=True).content.decode()


def test_a_deposit_confirms_and_the_balance_is_paid_later_by_the_link(cards, visitor, mails):
    token = visitor.token(make.session())
    cards.pay(visitor.pay(token, "deposit").url)
    visitor.open(path("booking_return", token))
    booking = the_booking()
    assert booking.status == BookingStatus.CONFIRMED
    assert (booking.order.paid, booking.order.due) == (Decimal(36), Decimal(84))
    assert "Pay £84" in visitor.open(path("booking", token)).content.decode()

    back = cards.pay(visitor.pay(token, "balance").url)
    page = visitor.client.get(back.headers["Location"], follow=True)
    assert the_booking().order.due == 0
    assert "Everything is paid" in page.content.decode()
    deliver_due()
    assert len(mails("bookings/receipt")) == 2
    assert len(mails("bookings/confirmed")) == 1


def test_a_declined_card_leaves_the_seats_held_and_the_next_one_pays(cards, visitor, mails):
    token = visitor.token(make.session())
    pay_url = visitor.pay(token).url
    cards.pay(pay_url, cards.DECLINED)
    cards.webhooks_arrive()

    assert the_booking().status == BookingStatus.PENDING
    text = visitor.open(path("booking_check", token)).content.decode()
    assert "declined" in text
    assert "Nothing was charged" in text
    assert "You pay on Stripe's secure page." in html.unescape(text)
    assert not mails("bookings/payment_failed")  # they read it on the page, and look for another card

    again = visitor.pay(token)
    assert again.url == pay_url  # the same payment goes on; nothing is open twice
    cards.pay(again.url)
    visitor.open(path("booking_return", token))
    assert the_booking().status == BookingStatus.CONFIRMED
    assert Payment.objects.get().status == PaymentStatus.COMPLETED
    ten_minutes_pass()
    assert not mails("bookings/payment_failed")


def ten_minutes_pass():
    """As far as a declined card is concerned."""
    Event.objects.filter(name="payment.declined").update(created_at=now() - timedelta(minutes=10))
    Delivery.objects.filter(done_at=None).update(next_try_at=now() - timedelta(seconds=1))
    deliver_due()


def test_who_leaves_after_declined_cards_hears_of_it_once_and_is_not_reminded_as_well(cards, visitor, mails):
    token = visitor.token(make.session())
    for _ in range(3):
        cards.pay(visitor.pay(token).url, cards.DECLINED)
        cards.webhooks_arrive()
    do_what_is_due(after=timedelta(minutes=9))
    ten_minutes_pass()
    do_what_is_due(after=timedelta(minutes=11))
    (mail,) = mails()
    assert mail.kind == "bookings/payment_failed"
    assert "declined" in mail.text
    assert "/check/" in mail.text


def test_who_closes_the_tab_after_paying_is_confirmed_by_the_webhook(cards, visitor):
    token = visitor.token(make.session())
    cards.pay(visitor.pay(token).url)
    cards.webhooks_arrive()
    assert the_booking().status == BookingStatus.CONFIRMED
    assert "Your seat is booked" in visitor.open(path("booking_done", token)).content.decode()


def test_the_pay_button_pressed_after_paying_does_not_ask_for_money_again(cards, visitor):
    token = visitor.token(make.session())
    cards.pay(visitor.pay(token).url)
    answer = visitor.pay(token)
    assert answer.url.endswith(path("booking_done", token))
    assert Payment.objects.count() == 1


def test_pressed_twice_it_opens_one_payment(cards, visitor):
    token = visitor.token(make.session())
    assert visitor.pay(token).url == visitor.pay(token).url
    assert Payment.objects.count() == 1


def test_another_choice_closes_the_page_of_the_first(cards, visitor):
    token = visitor.token(make.session())
    first = visitor.pay(token, "full").url
    second = visitor.pay(token, "deposit").url
    assert first != second
    assert 'name="number"' not in cards.http.get(first, timeout=10).text
    assert Payment.objects.filter(status__in=OPEN_PAYMENTS).get().amount == Decimal(36)


def test_who_goes_back_to_change_the_seats_pays_the_new_price(cards, visitor):
    session = make.session()
    token = visitor.token(session)
    first = visitor.pay(token).url
    visitor.token(session, seats="3")
    assert 'name="number"' not in cards.http.get(first, timeout=10).text
    cards.pay(visitor.pay(token).url)
    visitor.open(path("booking_return", token))
    booking = the_booking()
    session.refresh_from_db()
    assert (booking.seats, booking.order.paid, booking.order.due) == (3, Decimal(360), 0)
    assert session.seats_confirmed == 3


def test_changing_seats_that_are_paid_meanwhile_changes_nothing(cards, visitor):
    session = make.session()
    form = visitor.form(session)
    visitor.send(session, form)
    token = visitor.token(session)
    cards.pay(visitor.pay(token).url)
    answer = visitor.send(session, {**form, "seats": "3"})
    assert answer.url.endswith("/done/")
    assert (the_booking().seats, the_booking().status) == (1, BookingStatus.CONFIRMED)


def test_back_without_paying_says_that_nothing_was_charged(cards, visitor):
    token = visitor.token(make.session())
    visitor.pay(token)
    text = visitor.open(f"{path('booking_check', token)}?not_paid=1").content.decode()
    assert "Nothing was charged" in text
    assert "still held" in text


def test_while_the_provider_is_down_the_seats_stay_held(cards, visitor):
    token = visitor.token(make.session())
    with provider_down():
        answer = visitor.client.post(path("booking_pay", token), {"purpose": "full"}, follow=True)
    assert "not answering" in answer.content.decode()
    assert the_booking().status == BookingStatus.PENDING
    assert visitor.pay(token).status_code == 303


def test_back_while_the_provider_is_down_says_that_we_are_checking(cards, visitor):
    token = visitor.token(make.session())
    cards.pay(visitor.pay(token).url)
    with provider_down():
        page = visitor.client.get(path("booking_return", token), follow=True)
    text = page.content.decode()
    assert "still checking" in text
    assert "failed" not in text
    assert path("booking_return", token) in text
    page = visitor.client.get(path("booking_return", token), follow=True)
    assert "Your seat is booked" in page.content.decode()


def test_who_reloads_without_end_makes_us_ask_the_provider_twenty_times_a_minute_at_most(cards, visitor):
    token = visitor.token(make.session())
    pay_page = visitor.pay(token).url
    for _ in range(20):
        visitor.open(path("booking_return", token))
    cards.pay(pay_page)
    text = visitor.client.get(path("booking_return", token), follow=True).content.decode()
    assert "still checking" in text
    assert the_booking().status == BookingStatus.PENDING  # nobody asked; what the provider tells us is heard as ever
    cards.webhooks_arrive()
    assert the_booking().status == BookingStatus.CONFIRMED


def test_nobody_makes_us_open_payments_without_end(cards, visitor):
    token = visitor.token(make.session())
    answers = [visitor.pay(token).status_code for _ in range(21)]
    assert answers == [303] * 20 + [429]
    assert Payment.objects.count() == 1


def test_late_money_takes_the_seats_again_while_they_are_free(cards, visitor):
    session = make.session(capacity=1)
    token = visitor.token(session)
    pay_url = visitor.pay(token).url
    expire_now()
    cards.pay(pay_url)
    visitor.open(path("booking_return", token))
    session.refresh_from_db()
    assert the_booking().status == BookingStatus.CONFIRMED
    assert (session.seats_taken, session.seats_confirmed) == (1, 1)


def test_late_money_for_seats_that_are_gone_goes_back_by_itself(cards, visitor, mails):
    session = make.session(capacity=1)
    token = visitor.token(session)
    pay_url = visitor.pay(token).url
    expire_now()
    make.booking(session=session)
    cards.pay(pay_url)
    visitor.open(path("booking_return", token))
    carry_out_due_refunds()

    booking = Booking.objects.get(buyer__email="ada@example.com")
    assert booking.status == BookingStatus.EXPIRED
    assert Refund.objects.get().status == RefundStatus.COMPLETED
    assert booking.order.held == 0
    deliver_due()
    assert len(mails("bookings/late_money")) == 1
    session.refresh_from_db()
    assert session.seats_taken == 1


@pytest.mark.django_db
def test_a_provider_that_takes_no_cards_says_so_before_anything_is_typed(visitor, tenant, client_of, settings):
    held = visitor.token(make.session())  # as one whom the office booked
    session = make.session()
    form = visitor.form(session)
    pay_with(tenant, None)
    page = visitor.open(path("book", session.pk)).content.decode()
    assert "Ask the office to book" in page
    assert "<form" not in page.split("<main")[1].split("</main")[0]
    assert visitor.send(session, form).status_code == 409
    assert "can't be paid online" in html.unescape(visitor.open(path("booking_check", held)).content.decode())
    assert Booking.objects.count() == 1
    assert visitor.open(path("book", make.session(price=0).pk)).status_code == 200

    office = client_of(tenant).sign_in(make.user("admin"))
    todo = office.get("/admin/").content.decode()
    assert "Nobody can pay you yet" in todo
    assert "No card account is connected." in todo
    pay_with(tenant, "acct_alpha")
    settings.STRIPE_SECRET_KEY = ""
    todo = office.get("/admin/").content.decode()
    assert "Your card account is connected, but this platform takes no cards yet." in todo


@pytest.mark.django_db
def test_who_can_pay_for_no_date_is_led_to_none(visitor, tenant):
    session = make.session()
    other, free = (make.session(course=session.course, in_days=days) for days in (40, 41))
    free.price = 0
    free.save()
    pay_with(tenant, None)
    Brand.objects.update(contact_email="", contact_phone="")
    page = visitor.open(path("book", session.pk)).content.decode()
    assert "Call or write" not in page
    assert path("book", other.pk) not in page
    assert path("book", free.pk) in page


def test_an_unknown_purpose_is_the_full_price(cards, visitor):
    token = visitor.token(make.session())
    visitor.pay(token, "half")
    assert Payment.objects.get().amount == Decimal(120)


@pytest.mark.django_db
def test_nothing_is_paid_for_by_looking_at_the_pay_address(visitor):
    token = visitor.token(make.session())
    assert visitor.open(path("booking_pay", token)).status_code == 405


def expire_now():
    Booking.objects.update(hold_expires_at=now() - timedelta(seconds=1))
    expire_holds()
    assert the_booking().status == BookingStatus.EXPIRED


@contextmanager
def provider_down():
    """The stand-in answers to nobody."""
    with public_context():
        set_switches({"down": True})
    try:
        yield
    finally:
        with public_context():
            set_switches({"down": False})


def test_who_pays_on_a_page_that_says_another_sum_looks_again_and_who_has_paid_is_told_so(visitor):
    booking = make.booking()
    token = token_of(booking)
    pay = path("booking_pay", token)
    stale = visitor.client.post(pay, {"purpose": "full", "due": "240.00"})
    assert stale["Location"].endswith("/check/")
    assert "The price has changed" in visitor.open(path("booking_check", token)).content.decode()
    other_deposit = visitor.client.post(pay, {"purpose": "deposit", "due": "120.00", "deposit": "20.00"})
    assert other_deposit["Location"].endswith("/check/")
    visitor.open(path("booking_check", token))  # what it says is read
    assert not Payment.objects.exists()
    make.pay(booking)
    while deliver_due():
        pass
    late = visitor.client.post(pay, {"purpose": "full", "due": "120.00"})
    assert late["Location"].endswith("/done/")
    assert "The price has changed" not in visitor.open(path("booking_done", token)).content.decode()
