"""The time that seats are held: one sees it, hears of its end before it comes, and can have it once more."""

import re

from playwright.sync_api import expect

from shared_apps.web.templatetags.muster import day
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.selectors import token_of
from tests import make


def at_check(visitor, session, **options):
    """Somebody at the page where the answers are checked, whose clock can be turned on."""
    ada = visitor(**options)
    ada.page.clock.install()
    ada.book(session)
    return ada


def test_the_time_left_is_shown_and_its_end_is_announced(visitor):
    ada = at_check(visitor, make.session())
    left, said = ada.page.locator("main [data-hold-left]"), ada.page.locator("main [data-hold-say]")
    expect(left.first).to_have_text(re.compile(r"^(30:00|29:\d\d)$"))
    expect(said.first).to_have_attribute("aria-live", "polite")
    expect(said.first).to_be_empty()
    ada.page.clock.fast_forward("25:00")
    expect(said.first).to_contain_text("5 more minutes")
    ada.page.clock.fast_forward("04:00")
    expect(said.first).to_contain_text("1 more minute")
    ada.page.clock.fast_forward("01:00")
    expect(left.first).to_have_text("0:00")
    expect(said.first).to_contain_text("has ended")


def test_a_clock_that_is_wrong_still_counts_the_right_time(visitor):
    ada = visitor()
    ada.page.clock.install(time="2031-05-01T12:00:00Z")
    ada.book(make.session())
    expect(ada.page.locator("main [data-hold-left]").first).to_have_text(re.compile(r"^(30:00|29:\d\d)$"))


def test_the_time_is_given_again_once(visitor):
    ada = at_check(visitor, make.session())
    before = Booking.objects.get().hold_expires_at
    ada.button("Start the time again").click()
    expect(ada.page.get_by_role("button", name="Start the time again")).to_have_count(0)
    assert Booking.objects.get().hold_expires_at > before
    ada.reads("held until")


def test_a_hold_of_a_day_is_told_in_hours_and_with_its_day(visitor):
    booking = make.booking(by_office=True)
    ada = visitor()
    ada.open(f"/bookings/{token_of(booking)}/")
    ada.reads(f" on {day(booking.hold_expires_at)}")
    expect(ada.page.locator("main [data-hold-left]").first).to_have_text(re.compile(r"^23 h 59 min$"))


def test_without_javascript_the_hour_of_its_end_is_written(visitor):
    ada = visitor(javascript=False)
    ada.book(make.session())
    ada.reads("held until")
    expect(ada.page.locator("main [data-hold-left]").first).to_be_hidden()
