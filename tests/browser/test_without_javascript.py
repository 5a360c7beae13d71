"""Everything a buyer does works in a browser that runs no script."""

from playwright.sync_api import expect

from tenant_apps.bookings.models import Booking, BookingStatus
from tests import make


def test_two_seats_are_booked_and_paid_for_without_javascript(visitor):
    course = make.course(title="Boiler servicing")
    make.session(course=course, in_days=30)
    session = make.session(course=course, in_days=60)
    ada = visitor(javascript=False)
    ada.find("boiler", "Boiler servicing")
    ada.choose(session)
    ada.fill(name="Ada Byron", email="ada@example.com")
    ada.page.get_by_label("How many seats").select_option("2")
    ada.button("Update").click()
    expect(ada.page.get_by_label("Your name")).to_have_value("Ada Byron")
    ada.reads("£240")
    ada.page.get_by_label("Name of attendee 2").fill("Grace Hopper")
    ada.button("Continue").click()
    ada.is_at("/bookings/[^/]+/check/")
    ada.reads("Ada Byron", "Grace Hopper", "£240", "held until")
    ada.go_and_pay(deposit=True)
    ada.card()
    ada.is_booked()
    ada.reads("£72", "£168")
    booking = Booking.objects.get()
    assert (booking.status, booking.seats) == (BookingStatus.CONFIRMED, 2)
    assert [attendee.name for attendee in booking.attendees.all()] == ["Ada Byron", "Grace Hopper"]

    ada.link("Manage this booking").click()
    ada.link("Cancel this booking").click()
    ada.reads("You get back", "£72")
    ada.button("Cancel and get").click()
    ada.reads("Cancelled")
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CANCELLED


def test_a_double_click_without_javascript_books_once(visitor):
    ada = visitor(javascript=False)
    ada.begin(make.session())
    ada.fill(name="Ada Byron", email="ada@example.com")
    ada.button("Continue").dblclick()
    ada.is_at("/bookings/[^/]+/check/")
    assert Booking.objects.count() == 1


def test_the_phone_s_menu_opens_without_javascript(visitor):
    ada = visitor(javascript=False, width=360)
    ada.open()
    ada.page.get_by_text("Menu", exact=True).click()
    ada.page.get_by_role("navigation", name="Main").get_by_role("link", name="Sign in").click()
    ada.is_at("/accounts/login/")


def test_the_office_does_something_with_many_rows_without_javascript(signed_in):
    sessions = [make.session() for _n in range(2)]
    desk = signed_in(make.user("admin", name="Olive Office"), javascript=False)
    desk.open("/admin/sessions/")
    for session in sessions:
        desk.page.locator(f"input[name=pick][value='{session.pk}']").check()
    desk.page.get_by_role("button", name="Close to visitors").click()
    desk.reads("Closed to visitors")
    for session in sessions:
        session.refresh_from_db()
        assert not session.takes_bookings
