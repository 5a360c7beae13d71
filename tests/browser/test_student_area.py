"""A student's own pages: what I booked, what I owe, what comes back if I cancel."""

from playwright.sync_api import expect

from tenant_apps.bookings.models import BookingStatus
from tenant_apps.payments.models import Refund
from tests import make


def test_a_student_pays_the_balance_and_cancels_after_seeing_what_comes_back(shop, visitor):
    account, person = make.student_user()
    booking = make.booking(buyer=person, session=make.session(course=make.course(title="Boiler servicing")))
    make.booking(buyer=make.person(), session=make.session(course=make.course(title="Heat pumps")))

    ada = visitor()
    ada.sign_in(account.email)
    ada.is_at("/my/bookings/")
    ada.reads("Boiler servicing", "£120")
    expect(ada.page.locator("main")).not_to_contain_text("Heat pumps")

    ada.link("Pay £120").click()
    ada.go_and_pay(deposit=True)
    ada.card()
    ada.is_booked()
    ada.open("/my/bookings/")
    ada.link("Pay £84").click()
    ada.button("Pay £84").click()
    ada.card()
    ada.is_at("/bookings/[^/]+/")
    expect(ada.page.locator("body")).to_contain_text("Everything is paid")
    booking.refresh_from_db()
    assert (booking.status, booking.order.due) == (BookingStatus.CONFIRMED, 0)

    ada.link("Cancel this booking").click()
    ada.reads("You paid", "You get back", "£120")
    assert not Refund.objects.exists()
    ada.fill(reason="I moved away")
    ada.button("Cancel and get £120 back").click()
    ada.is_at("/bookings/[^/]+/")
    ada.reads("Cancelled", "Refund on its way")
    shop.work()
    ada.page.reload()
    ada.reads("Refunded")
    booking.refresh_from_db()
    assert (booking.status, booking.session.seats_taken) == (BookingStatus.CANCELLED, 0)
    assert sorted((refund.status, refund.amount) for refund in Refund.objects.all()) == [
        ("completed", 36), ("completed", 84),
    ]  # fmt: skip
    assert any("£84" in mail.text for mail in shop.mails(account.email) if "refund" in mail.subject.lower())


def test_late_by_the_terms_only_a_part_comes_back_and_the_page_says_so_first(shop, visitor):
    account, person = make.student_user()
    booking = make.confirmed_booking(buyer=person, session=make.session(in_days=2.5))
    ada = visitor(width=360)
    ada.sign_in(account.email)
    ada.link("Details").first.click()
    ada.link("Cancel this booking").click()
    ada.reads("You paid", "£120")
    shown = ada.page.locator("main dl div", has_text="You get back").locator("dd").inner_text().strip()
    ada.link("Keep it").click()
    ada.is_at("/bookings/[^/]+/")
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED

    ada.link("Cancel this booking").click()
    ada.button("Cancel").click()
    ada.reads("Cancelled")
    went_back = sum(refund.amount for refund in Refund.objects.all())
    assert shown == f"£{went_back:g}"
    assert went_back < 120


def test_somebody_signed_in_need_not_say_who_they_are(visitor):
    account, _person = make.student_user()
    ada = visitor()
    ada.sign_in(account.email)
    ada.begin(make.session())
    expect(ada.page.get_by_label("Email")).to_have_value(account.email)
    expect(ada.page.get_by_label("Your name")).to_have_value(account.name)
    ada.button("Continue").click()
    ada.is_at("/bookings/[^/]+/check/")
    ada.open("/my/bookings/")
    ada.reads("£120")


def test_the_link_in_the_email_opens_the_booking_without_an_account(shop, visitor):
    make.booking(buyer=make.person(email="ada@example.com"), by=make.user("admin"), by_office=True)
    (mail,) = shop.mails("ada@example.com")
    link = next(word for word in mail.text.split() if "/bookings/" in word)
    ada = visitor()
    ada.home = link.split("/bookings/")[0]
    assert ada.home in (shop.under_slug, shop.on_host)
    ada.page.goto(link)
    ada.go_and_pay()
    ada.card()
    ada.is_booked()
    assert ada.open("/bookings/not-a-token/").status == 404
