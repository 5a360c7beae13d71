"""Seats that somebody else takes, and money that comes when the time was over."""

from playwright.sync_api import expect

from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.payments.models import Order, Payment, Refund, RefundStatus
from tests import make


def test_the_last_seat_goes_while_the_form_is_filled_in(visitor):
    course = make.course()
    session, other_date = make.session(course=course, capacity=1), make.session(course=course, in_days=90)
    ada = visitor()
    ada.begin(session)
    other = make.booking(session=session)
    ada.say_who()
    ada.sees_heading("sold out")
    ada.reads("nothing was charged")
    assert [booking.pk for booking in Booking.objects.all()] == [other.pk]
    assert (Order.objects.count(), Payment.objects.count()) == (1, 0)

    ada.link("Book").click()
    ada.is_at(f"/sessions/{other_date.pk}/book/")
    ada.say_who()
    ada.is_at("/bookings/[^/]+/check/")


def test_fewer_seats_are_left_than_asked_for_and_the_form_keeps_what_was_said(visitor):
    session = make.session(capacity=2)
    ada = visitor()
    ada.begin(session)
    ada.page.get_by_label("How many seats").select_option("2")
    expect(ada.page.get_by_label("Name of attendee 2")).to_be_visible()
    make.booking(session=session)
    ada.say_who(attendee_2="Grace Hopper", special_requests="Tea")
    expect(ada.page.get_by_label("Your name")).to_have_value("Ada Byron")
    expect(ada.page.get_by_label("Anything we should know")).to_have_value("Tea")
    expect(ada.page.locator("main [aria-invalid=true]")).to_have_count(1)
    assert Booking.objects.count() == 1
    ada.page.get_by_label("How many seats").select_option("1")
    ada.button("Continue").click()
    ada.is_at("/bookings/[^/]+/check/")


def test_money_that_comes_after_the_hold_takes_the_seats_again(visitor):
    ada = visitor()
    ada.book(make.session())
    ada.go_and_pay()
    make.run_out(Booking.objects.get())
    ada.card()
    ada.is_booked()
    booking = Booking.objects.select_related("session", "order").get()
    assert (booking.status, booking.session.seats_confirmed, booking.order.due) == (BookingStatus.CONFIRMED, 1, 0)


def test_money_that_comes_when_the_seats_are_gone_goes_back_and_the_buyer_is_told(shop, visitor):
    session = make.session(capacity=1)
    ada = visitor()
    ada.book(session)
    ada.go_and_pay()
    make.run_out(Booking.objects.get())
    other = make.booking(session=session)
    ada.card()
    ada.is_at("/bookings/[^/]+/check/")
    ada.reads("£120", "back")
    expect(ada.page.locator("main")).not_to_contain_text("Nothing was charged")

    told = [mail.text for mail in shop.mails("ada@example.com")]
    assert any("your payment of £120" in text and "goes back" in text for text in told), told
    refund = Refund.objects.get()
    assert (refund.status, refund.amount) == (RefundStatus.COMPLETED, 120)
    session.refresh_from_db()
    assert session.seats_taken == 1
    assert Booking.objects.get(pk=other.pk).status == BookingStatus.PENDING


def test_who_opens_a_hold_that_is_over_books_again_without_typing_again(shop, visitor):
    ada = visitor()
    ada.book(make.session(), special_requests="Tea")
    make.run_out(Booking.objects.get())
    ada.page.reload()
    ada.sees_heading("back on sale")
    ada.link("Book again").click()
    expect(ada.page.get_by_label("Your name")).to_have_value("Ada Byron")
    expect(ada.page.get_by_label("Anything we should know")).to_have_value("Tea")
    ada.button("Continue").click()
    ada.is_at("/bookings/[^/]+/check/")
    assert Booking.objects.filter(status=BookingStatus.PENDING).count() == 1
    assert any("/book/" in mail.text for mail in shop.mails("ada@example.com"))
