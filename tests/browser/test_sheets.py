"""Quick edits at the edge of a page: under an address of their own, by keyboard, and as a plain page without script."""

import re

import pytest
from playwright.sync_api import expect

from tests import make


@pytest.fixture
def desk(signed_in):
    person = signed_in(make.user("admin", name="Olive Office"))
    person.is_at("/admin/")
    return person


def test_money_is_taken_from_a_row_of_the_list_any_sum_and_the_list_is_still_there(desk):
    ada, grace = make.booking(buyer=make.person(name="Ada Byron")), make.booking(buyer=make.person(name="Grace Hopper"))
    page = desk.page
    desk.open("/admin/bookings/?money=due")
    row = page.get_by_role("row").filter(has_text=ada.reference)
    row.get_by_role("link", name="£120 due").click()
    sheet = page.get_by_role("dialog", name="Take money")
    expect(sheet.get_by_label("Amount")).to_be_focused()
    expect(sheet.get_by_label("Amount")).to_have_value("120.00")
    desk.is_at(f"/admin/bookings/{ada.pk}/payment/")
    page.keyboard.type("200")
    page.keyboard.press("Enter")
    expect(sheet.get_by_role("alert")).to_contain_text("Only £120 is due")
    sheet.get_by_label("Amount").fill("50")
    page.keyboard.press("Enter")
    expect(sheet).to_be_hidden()
    expect(page).to_have_url(re.compile("money=due$"))
    expect(row).to_contain_text("£70")
    expect(row.get_by_role("link", name="£70 due")).to_be_focused()
    expect(page.locator("#toasts")).to_contain_text("£50 recorded")
    expect(page.get_by_role("row").filter(has_text=grace.reference)).to_contain_text("£120")
    assert ada.order.balance.paid == 50
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("£50 is taken back. Ada Byron owes £120.")
    expect(page).to_have_url(re.compile("money=due$"))
    expect(row).to_contain_text("£120")
    assert ada.order.balance.due == 120


def test_back_and_escape_close_it_and_a_reload_shows_the_page_itself(desk):
    booking, page = make.booking(), desk.page
    desk.open("/admin/bookings/")
    link = page.get_by_role("link", name="£120 due")
    for leave in (page.go_back, lambda: page.keyboard.press("Escape")):
        link.click()
        expect(page.get_by_role("dialog", name="Take money")).to_be_visible()
        leave()
        expect(page.get_by_role("dialog", name="Take money")).to_be_hidden()
        desk.is_at("/admin/bookings/")
        expect(link).to_be_focused()
    link.click()
    expect(page.get_by_role("dialog", name="Take money")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1, name="Take money")).to_be_visible()
    desk.is_at(f"/admin/bookings/{booking.pk}/payment/")


def test_filters_are_saved_as_a_view_without_leaving_the_list(desk):
    make.booking()
    page = desk.page
    desk.open("/admin/bookings/?status=pending&money=due")
    desk.link("Save this view").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Mine")
    page.keyboard.press("Enter")
    tab = page.get_by_role("navigation", name="Views").get_by_role("link", name="Mine")
    expect(tab).to_have_attribute("aria-current", "page")
    expect(page).to_have_url(re.compile("view="))


def test_without_javascript_the_link_leads_to_the_form(desk, new_page):
    booking = make.booking()
    page = new_page(javascript=False)
    page.context.add_cookies(desk.page.context.cookies())
    page.goto(f"{desk.home}/admin/bookings/")
    page.get_by_role("link", name="£120 due").click()
    page.get_by_role("button", name="Take money").click()
    expect(page.locator("#toasts")).to_contain_text("£120 recorded")
    assert booking.order.balance.paid == 120


def test_a_message_with_something_to_undo_stays_while_somebody_is_at_it(desk):
    course, page = make.course(), desk.page
    page.clock.install()
    desk.open(f"/admin/courses/{course.pk}/")
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Unpublish").click()
    undo = page.locator("#toasts").get_by_role("button", name="Undo")
    undo.focus()
    page.clock.run_for(30_000)
    expect(undo).to_be_visible()
    page.get_by_role("heading", level=1).click()
    page.clock.run_for(11_000)
    expect(undo).to_be_hidden()


def test_on_a_phone_undo_is_in_sight_wherever_the_list_is(signed_in):
    bookings = [make.booking() for _n in range(12)]
    desk = signed_in(make.user("admin", name="Olive Office"), width=360)
    page = desk.page
    desk.open("/admin/bookings/?money=due")
    row = page.get_by_role("row").filter(has_text=bookings[0].reference)
    row.get_by_role("link", name="£120 due").click()
    page.get_by_role("dialog", name="Take money").get_by_role("button", name="Take money").click()
    undo = page.locator("#toasts").get_by_role("button", name="Undo")
    expect(undo).to_be_in_viewport()
    assert page.evaluate("scrollY") > 0, "it is one of the last rows"


def test_escape_leads_where_its_cross_leads_whatever_was_typed(desk):
    session, page = make.session(), desk.page
    desk.open("/admin/sessions/")
    desk.open(f"/admin/sessions/{session.pk}/")
    for _n in range(3):
        desk.link("Move").click()
        sheet = page.get_by_role("dialog", name="Move session")
        sheet.get_by_label("Begins").focus()
        page.keyboard.type("1100")
        page.keyboard.press("Escape")
        expect(sheet).to_be_hidden()
        expect(desk.link("Move")).to_be_focused()
        desk.is_at(f"/admin/sessions/{session.pk}/")
