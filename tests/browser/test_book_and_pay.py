"""The road: find, choose, say who, check, pay, done."""

import re

import pytest
from playwright.sync_api import expect

from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.payments.models import Payment, PaymentStatus
from tests import make
from tests.browser.people import ASKS_THE_BANK, DECLINED


@pytest.mark.parametrize("width", [1280, 360])
def test_a_visitor_books_and_pays_and_the_office_sees_it_at_once(shop, visitor, signed_in, width):
    course = make.course(title="Boiler servicing")
    make.session(course=make.course(title="Heat pumps"))
    make.session(course=course, in_days=30)
    session = make.session(course=course, in_days=60)
    office = make.user("admin", email="office@alpha.test")

    ada = visitor(width=width)
    ada.find("boiler", "Boiler servicing")
    ada.choose(session)
    ada.say_who(special_requests="Step-free access, please")
    ada.reads("Ada Byron", "ada@example.com", "Step-free access, please", "£120", "held until")
    ada.go_and_pay()
    ada.card()
    reference = ada.is_booked()
    ada.reads("£120")

    calendar = ada.page.request.get(ada.link("Add to calendar").get_attribute("href"))
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert "SUMMARY:Boiler servicing" in calendar.text()
    sent = shop.mails("ada@example.com")
    assert any(reference in mail.text and mail.attachments for mail in sent), [mail.subject for mail in sent]
    assert any("receipt" in mail.subject.lower() and "£120" in mail.text for mail in sent)
    assert shop.mails("office@alpha.test")

    desk = signed_in(office, width=width)
    desk.open("/admin/bookings/")
    row = desk.page.get_by_role("row").filter(has_text=reference)
    expect(row).to_contain_text("Ada Byron")
    expect(row).to_contain_text("Confirmed")
    row.get_by_role("link", name="Ada Byron").click()
    desk.reads("£120", "Step-free access, please")


def test_a_declined_card_takes_nothing_and_the_next_one_pays(visitor):
    session = make.session()
    ada = visitor()
    ada.book(session)
    ada.go_and_pay()
    ada.card(DECLINED)
    expect(ada.page.get_by_role("alert")).to_contain_text("declined")
    expect(ada.page.get_by_role("alert")).to_contain_text("not been charged")
    ada.card()
    ada.is_booked()
    assert Booking.objects.get().status == BookingStatus.CONFIRMED
    assert [payment.status for payment in Payment.objects.all()] == [PaymentStatus.COMPLETED]


def test_who_comes_back_with_a_declined_card_reads_why_and_still_has_the_seats(shop, visitor):
    session = make.session()
    ada = visitor()
    ada.book(session)
    ada.go_and_pay()
    ada.card(DECLINED)
    expect(ada.page.get_by_role("alert")).to_contain_text("declined")
    shop.work()
    ada.page.get_by_role("link", name=re.compile("Back to")).click()
    ada.is_at("/bookings/[^/]+/check/")
    ada.reads("declined", "Nothing was charged", "still held")
    assert not shop.mails("ada@example.com")  # while they are here, the page says it


def test_the_bank_s_question_is_answered_and_the_seat_is_booked(visitor):
    ada = visitor()
    ada.book(make.session())
    ada.go_and_pay(deposit=True)
    ada.card(ASKS_THE_BANK)
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("Confirm it is you")
    ada.page.get_by_role("button", name="Complete authentication").click()
    ada.is_booked()
    ada.reads("£36", "£84")


def test_the_bank_s_question_is_failed_and_nothing_is_taken(visitor):
    ada = visitor()
    ada.book(make.session())
    ada.go_and_pay()
    ada.card(ASKS_THE_BANK)
    ada.page.get_by_role("button", name="Fail authentication").click()
    expect(ada.page.get_by_role("alert")).to_contain_text("not been charged")
    assert Booking.objects.get().status == BookingStatus.PENDING


def test_who_turns_back_at_stripe_finds_the_seats_still_held(visitor):
    session = make.session()
    ada = visitor()
    ada.book(session)
    ada.go_and_pay()
    ada.page.get_by_role("link", name=re.compile("Back to")).click()
    ada.is_at("/bookings/[^/]+/check/")
    ada.reads("Nothing was charged", "held until")
    session.refresh_from_db()
    assert (session.seats_taken, session.seats_confirmed) == (1, 0)
    ada.go_and_pay()
    ada.card()
    ada.is_booked()


def test_a_free_seat_is_booked_by_a_link_without_a_payment(shop, visitor):
    ada = visitor(width=360)
    ada.begin(make.session(price=0))
    ada.say_who()
    ada.reads("Confirm by the link we sent to")
    shop.work()
    ada.confirm_by_mail(shop.mails("ada@example.com")[-1])
    ada.is_booked()
    assert not Payment.objects.exists()
