"""A booking goes on at another date: money each way, by the buyer alone and by the office."""

import pytest
from playwright.sync_api import expect

from tenant_apps.bookings.models import BookingStatus
from tenant_apps.bookings.selectors import token_of
from tenant_apps.payments.models import Refund
from tenant_apps.terms.models import BookingTerms
from tests import make


def priced(course, price, **fields):
    made = make.session(course=course, **fields)
    made.price = price
    made.save()
    return made


@pytest.mark.parametrize("width", [1280, 360])
def test_a_buyer_moves_to_a_dearer_date_pays_the_rest_and_moves_to_a_cheaper_one(shop, visitor, width):
    BookingTerms.objects.load()
    BookingTerms.objects.update(deposit_percent=0)
    account, person = make.student_user()
    course = make.course(title="Boiler servicing")
    booking = make.booking(buyer=person, session=make.session(course=course))
    dear, cheap = priced(course, 150, in_days=70), priced(course, 100, in_days=80)

    ada = visitor(width=width)
    ada.sign_in(account.email)
    ada.link("Pay £120").click()
    ada.go_and_pay()
    ada.card()
    ada.is_booked()

    ada.open("/my/bookings/")
    ada.link("Details").click()
    ada.link("Choose another date").click()
    ada.reads("£30 more", "£20 less")
    ada.page.locator(f"main a[href='?to={dear.pk}']").click()
    ada.reads("Price until now", "£120", "Price then", "£150", "To pay", "£30")
    ada.button("Move to").click()
    ada.is_at("/bookings/[^/]+/")
    ada.reads("Your booking is changed", "Please pay £30 now")
    ada.button("Pay £30").click()
    ada.card()
    expect(ada.page.locator("body")).to_contain_text("Everything is paid")
    shop.work()
    ada.page.reload()
    booking.refresh_from_db()
    assert (booking.status, booking.session, booking.order.due) == (BookingStatus.CONFIRMED, dear, 0)

    ada.link("Choose another date").click()
    ada.page.locator(f"main a[href='?to={cheap.pk}']").click()
    ada.reads("You get back", "£50")
    ada.button("Move to").click()
    expect(ada.page.locator("body")).to_contain_text("£50 goes back to you.")
    shop.work()
    booking.refresh_from_db()
    assert (booking.session, booking.order.held) == (cheap, 100)
    assert sum(refund.amount for refund in Refund.objects.all()) == 50
    subjects = [mail.subject for mail in shop.mails(account.email)]
    assert len([subject for subject in subjects if subject.startswith("Another date")]) == 2


def test_the_office_moves_a_booking_in_a_sheet_and_sees_the_money_as_soon_as_a_date_is_chosen(shop, signed_in):
    booking = make.confirmed_booking(session=make.session(course=make.course(title="Boiler servicing"), in_days=3))
    to = make.session(course=make.course(title="Heat pumps", price=150))
    desk = signed_in(make.user("admin", email="office@alpha.test"))
    desk.open(f"/admin/bookings/{booking.pk}/")
    desk.page.get_by_role("link", name="Move", exact=False).first.click()
    sheet = desk.page.get_by_role("dialog")
    sheet.locator("select[name=to]").select_option(str(to.pk))
    expect(sheet).to_contain_text("Due then")
    expect(sheet).to_contain_text("£30")
    sheet.get_by_role("button", name="Move the booking").click()
    expect(desk.page.locator("body")).to_contain_text("£30 is due now.")
    booking.refresh_from_db()
    assert booking.session == to


def test_a_company_names_its_people_by_the_link_that_it_hands_on(shop, visitor):
    booking = make.confirmed_booking(seats=2, company="Acme", attendees=[{"name": "Ada"}])
    buyer, colleague = visitor(), visitor()
    buyer.open(f"/bookings/{token_of(booking)}/names/")
    link = buyer.page.locator("main a", has_text="/bookings/people/").get_attribute("href")
    colleague.page.goto(link)
    colleague.fill(attendee_2="Grace Hopper")
    colleague.button("Save the names").click()
    expect(colleague.page.locator("body")).to_contain_text("The names are saved.")
    assert [row.name for row in booking.attendees.all()] == ["Ada", "Grace Hopper"]
