"""Booking asks for little: four pages, few fields, no account, and what the browser knows it fills in."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tenant_apps.bookings.models import Booking
from tests import make

MOST_PAGES, MOST_FIELDS = 4, 6
ASKED = "main form :is(input, select, textarea):not([type=hidden])"


def test_four_pages_and_six_fields_lead_to_a_paid_seat(visitor):
    session = make.session()
    ada = visitor()
    pages = []
    ada.page.on("load", lambda page: pages.append(urlsplit(page.url).path))
    ada.begin(session)
    required = ada.page.locator(f"{ASKED}[required]").locator("visible=true").count()
    ada.say_who()
    ada.is_at("/bookings/[^/]+/check/")
    ada.go_and_pay()
    ada.card()
    ada.is_booked()
    assert len(set(pages)) <= MOST_PAGES, pages
    assert 2 <= required <= MOST_FIELDS
    assert Booking.objects.get().buyer.user is None, "nobody needs an account"


def test_four_taps_lead_from_the_home_to_a_paid_seat_on_a_phone(visitor):
    course = make.course(title="Boiler servicing")
    soonest = make.session(course=course, in_days=30)
    make.session(course=course, in_days=60)
    ada = visitor(width=360)
    ada.open()
    card = ada.page.locator("article").filter(has_text="Boiler servicing")
    card.get_by_role("link", name=re.compile(r"Book \w{3} \d")).click()  # 1
    ada.is_at(f"/sessions/{soonest.pk}/book/")
    ada.say_who()  # 2
    ada.is_at("/bookings/[^/]+/check/")
    ada.go_and_pay()  # 3
    ada.card()  # 4
    ada.is_booked()
    assert Booking.objects.get().session == soonest


def test_another_date_is_a_press_away_and_keeps_what_was_typed(visitor):
    course = make.course(title="Boiler servicing")
    soonest, later = (make.session(course=course, in_days=days) for days in (30, 60))
    ada = visitor(width=360)
    ada.begin(soonest)
    ada.fill(name="Ada Byron", email="ada@example.com")
    ada.page.get_by_role("group", name="Another date?").get_by_role("button").click()
    ada.is_at(f"/sessions/{later.pk}/book/")
    expect(ada.page.locator("main [name=name]")).to_have_value("Ada Byron")
    expect(ada.page.locator("main [name=email]")).to_have_value("ada@example.com")
    assert not Booking.objects.exists()
    ada.button("Continue").click()
    ada.is_at("/bookings/[^/]+/check/")
    assert Booking.objects.get().session == later


def test_a_browser_can_fill_in_every_personal_field_and_one_may_paste(visitor):
    ada = visitor()
    ada.begin(make.session())
    known = {"name": "name", "email": "email", "phone": "tel", "company": "organization"}
    for field, kind in known.items():
        expect(ada.page.locator(f"main [name={field}]")).to_have_attribute("autocomplete", kind)
    for field, kind in {"email": "email", "phone": "tel"}.items():
        expect(ada.page.locator(f"main [name={field}]")).to_have_attribute("type", kind)
        expect(ada.page.locator(f"main [name={field}]")).to_have_attribute("inputmode", kind)
    ada.fill(name="ada@example.com")
    ada.page.locator("main [name=name]").press("Control+a")
    ada.page.locator("main [name=name]").press("Control+c")
    ada.page.locator("main [name=email]").press("Control+v")
    expect(ada.page.locator("main [name=email]")).to_have_value("ada@example.com")


def test_a_form_that_is_refused_says_so_at_its_top_and_keeps_what_was_typed(visitor):
    ada = visitor()
    ada.begin(make.session())
    ada.fill(email="ada@example.com", special_requests="Tea")
    ada.page.locator("main form").last.evaluate("form => { form.noValidate = true }")
    ada.button("Continue").click()
    expect(ada.page).to_have_title(re.compile("^Error:"))
    summary = ada.page.get_by_role("alert").filter(has_text="There is a problem")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    expect(ada.page.locator("main [name=name]")).to_be_focused()
    expect(ada.page.locator("main [name=name]")).to_have_attribute("aria-invalid", "true")
    expect(ada.page.locator("main [name=special_requests]")).to_have_value("Tea")
