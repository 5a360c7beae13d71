"""Menus and boxes to choose from lie above the page, within it, and are walked through by keyboard."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests import make


@pytest.fixture
def desk(signed_in):
    person = signed_in(make.user("admin", name="Olive Office"))
    person.is_at("/admin/")
    return person


def inside(page, layer):
    """Whether a layer lies within the window."""
    box, size = layer.bounding_box(), page.viewport_size
    edges = box["x"], box["y"], size["width"] - box["x"] - box["width"], size["height"] - box["y"] - box["height"]
    return min(edges) >= -1


@pytest.mark.parametrize("size", [(1280, 600), (360, 640)])
def test_a_new_session_of_one_of_twenty_courses_is_found_by_typing_and_never_off_the_screen(desk, size):
    for n in range(20):
        make.course(title=f"Course of the number {n}")
    page = desk.page
    page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    make.session()
    desk.open("/admin/sessions/")
    page.keyboard.press("n")
    layer = page.get_by_role("dialog", name="New session")
    expect(layer).to_be_visible()
    assert inside(page, layer)
    expect(layer.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("number 17")
    expect(layer.get_by_role("link")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page).to_have_url(re.compile(r"/sessions/new/$"))
    expect(page.locator("main")).to_contain_text("Course of the number 17")


def test_a_menu_is_walked_through_by_keys_and_gives_the_focus_back(desk):
    session, page = make.session(), desk.page
    desk.open(f"/admin/sessions/{session.pk}/")
    more = page.get_by_role("button", name="More")
    more.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="All dates of this course")).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("link", name="Cancel session")).to_be_focused()
    page.keyboard.press("a")  # the beginning of a word
    expect(page.get_by_role("link", name="All dates of this course")).to_be_focused()
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
    expect(page.get_by_role("link", name="Cancel session")).to_be_hidden()


def test_one_of_many_is_chosen_by_typing_and_what_is_missing_is_added(desk):
    course, page = make.course(), desk.page
    desk.open(f"/admin/courses/{course.pk}/")
    field = page.get_by_role("combobox", name="Category")
    expect(field).to_have_value("Gas")
    field.fill("Weld")
    expect(page.locator("[popover] [role=option]")).to_have_text(["Add “Weld”"])
    page.keyboard.press("Escape")  # nothing was chosen
    expect(field).to_have_value("Gas")
    field.fill("Weld")
    page.keyboard.press("Enter")
    expect(field).to_have_value("Weld")
    desk.button("Save").first.click()
    page.wait_for_load_state()
    course.refresh_from_db()
    assert course.category.name == "Weld"


def test_without_javascript_menus_open_and_both_fields_stand_there(desk, new_page):
    session = make.session()
    page = new_page(javascript=False)
    page.context.add_cookies(desk.page.context.cookies())
    page.goto(f"{desk.home}/admin/sessions/{session.pk}/")
    page.get_by_role("button", name="More").click()
    expect(page.get_by_role("link", name="Cancel session")).to_be_visible()
    page.goto(f"{desk.home}/admin/courses/{session.course_id}/")
    expect(page.locator("select[name=category]")).to_be_visible()
    expect(page.locator("[name=new_category]")).to_be_visible()


def test_a_text_is_formatted_by_buttons_and_keys_and_shown_as_readers_see_it(desk):
    course, page = make.course(description="Bring boots"), desk.page
    desk.open(f"/admin/courses/{course.pk}/")
    text = page.get_by_role("textbox", name="Description")
    text.select_text()
    page.keyboard.press("Control+b")
    expect(text).to_have_value("**Bring boots**")
    page.keyboard.press("Control+b")
    expect(text).to_have_value("Bring boots")
    tools = page.get_by_role("toolbar", name="Formatting").first
    tools.get_by_role("button", name="list", exact=True).click()
    expect(text).to_have_value("- Bring boots")
    text.fill("- Bring boots <script>alert(1)</script>")
    tools.get_by_role("button", name="As readers see it").click()
    expect(page.locator("[data-rich-shown] li").first).to_have_text("Bring boots <script>alert(1)</script>")
    tools.get_by_role("button", name="As readers see it").click()
    expect(text).to_be_focused()


def test_a_small_number_is_stepped_within_its_limits(desk):
    make.session()
    desk.open("/admin/bookings/new/")
    page = desk.page
    more, less = page.get_by_role("button", name="One more"), page.get_by_role("button", name="One less")
    seats = page.get_by_role("textbox", name="Seats")
    expect(less).to_be_disabled()
    more.click()
    more.click()
    expect(seats).to_have_value("3")
    less.click()
    expect(seats).to_have_value("2")


def test_a_day_is_picked_on_a_month_by_keys(desk):
    session, page = make.session(), desk.page
    desk.open(f"/admin/sessions/{session.pk}/duplicate/")
    field = page.get_by_label("First day", exact=True).first
    field.fill("2027-01-12")
    page.get_by_role("button", name="Choose a day on a month").click()
    layer = page.get_by_role("dialog", name="First day")
    expect(layer.get_by_role("button", name="12 January 2027")).to_be_focused()
    for key in ("ArrowDown", "ArrowRight", "PageDown", "Enter"):
        page.keyboard.press(key)
    expect(field).to_have_value("2027-02-20")
    expect(field).to_be_focused()
    expect(layer).to_be_hidden()


def test_days_are_picked_on_a_month_and_one_of_a_row_is_taken_out_again(desk):
    course, page = make.course(), desk.page
    desk.open(f"/admin/courses/{course.pk}/sessions/several/")
    day = make.today() + timedelta(days=70)
    page.locator("[name=first]").fill(str(day))
    page.locator("[name=first]").blur()
    plans = page.locator("#plans li")
    expect(plans).to_have_count(4)
    for _n in range(4):
        button = page.locator(f"button[data-day='{day + timedelta(days=7)}']")
        if button.count():
            break
        page.get_by_role("button", name="Month after").click()
    button.press("Space")
    expect(plans).to_have_count(3)
    desk.button("Put them on the calendar").click()
    expect(page.locator("#toasts")).to_contain_text("3 sessions are on the calendar")
    assert course.sessions.count() == 3
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("3 sessions are off the calendar again")
    assert course.sessions.count() == 0
