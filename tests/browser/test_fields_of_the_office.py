"""Fields and buttons of the office do by keyboard what they do by pointer."""

import io
import re
from datetime import timedelta

import pytest
from PIL import Image
from playwright.sync_api import expect

from tenant_apps.catalogue.models import Course
from tenant_apps.scheduling.services import schedule_session
from tests import make


@pytest.fixture
def desk(signed_in):
    person = signed_in(make.user("admin", name="Olive Office"))
    person.is_at("/admin/")
    return person


def test_the_end_of_a_session_keeps_its_distance_from_the_beginning(desk):
    course, page = make.course(), desk.page
    desk.open(f"/admin/courses/{course.pk}/sessions/new/")
    begins, ends = page.get_by_label("Begins"), page.get_by_label("Ends", exact=True)
    said = page.locator("[data-time-long]")
    expect(said).to_have_text("8 h")
    begins.fill("10:30")
    expect(ends).to_have_value("18:30")
    ends.fill("12:15")
    expect(said).to_have_text("1 h 45 min")
    begins.fill("08:00")
    expect(ends).to_have_value("09:45")
    ends.fill("07:00")
    expect(said).to_have_text("That is before it begins.")
    page.get_by_label("It ends on the next day").check()
    expect(said).to_have_text("23 h")


def test_the_other_ways_to_save_are_reached_by_keyboard_and_save(desk):
    course, page = make.course(), desk.page
    desk.open(f"/admin/courses/{course.pk}/sessions/new/")
    page.get_by_label("First day").fill("2031-03-03")
    page.get_by_role("button", name="Other ways to save").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Save and add another")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Other ways to save")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Save and add another")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?like="))
    assert course.sessions.count() == 1


def test_the_part_of_a_picture_is_chosen_by_arrow_keys(desk):
    course, page = make.course(), desk.page
    made = Image.new("RGB", (1000, 400), "blue")
    made.paste("red", (0, 0, 500, 400))
    content = io.BytesIO()
    made.save(content, "PNG")
    desk.open(f"/admin/courses/{course.pk}/")
    page.locator("#id_image").set_input_files(
        {"name": "halves.png", "mimeType": "image/png", "buffer": content.getvalue()}
    )
    frame = page.get_by_role("button", name="The part that is shown")
    frame.focus()
    for _n in range(4):
        page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("[data-crop-part]")).to_have_value("0.3600 0.0000 0.6400")
    for _n in range(8):
        page.keyboard.press("-")
    for _n in range(4):
        page.keyboard.press("Shift+ArrowRight")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("Saved")
    with Image.open(Course.objects.get(pk=course.pk).image) as kept:
        assert kept.width / kept.height == pytest.approx(1.6, abs=0.02)
        red, _green, blue = kept.convert("RGB").getpixel((3, 3))
    assert blue > 200 > 50 > red


def test_days_that_are_filled_in_are_to_be_seen_and_one_that_clashes_is_left_out_by_its_cross(desk):
    trainer, page = make.trainer(), desk.page
    course = make.course(lead_trainer=trainer)
    taken = make.today() + timedelta(days=147)
    schedule_session(course=course, days=make.daily(taken, taken), trainer=trainer, capacity=8, by=None)
    day = taken.isoformat()
    desk.open(f"/admin/courses/{course.pk}/sessions/several/")
    page.get_by_label("From", exact=True).fill(day)
    page.get_by_label("From", exact=True).press("Tab")
    picked = page.locator(f'.months [data-day="{day}"]')
    expect(picked).to_have_attribute("aria-pressed", "true")
    off = page.get_by_role("button", name="Leave out")
    expect(off).to_have_count(1)
    off.click()
    expect(picked).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#plans li")).to_have_count(3)
    expect(off).to_have_count(0)


def test_a_list_that_one_types_in_lets_go_of_the_focus_while_nothing_is_chosen(desk):
    make.session()
    page = desk.page
    desk.open("/admin/bookings/new/")
    field, name = page.get_by_role("combobox", name="Session"), page.get_by_label("Name", exact=True)
    field.focus()
    page.keyboard.press("Tab")
    expect(field).not_to_be_focused()
    field.click()
    name.click()
    page.keyboard.type("Grace Hopper")
    expect(name).to_have_value("Grace Hopper")
    expect(field).to_have_value("")
