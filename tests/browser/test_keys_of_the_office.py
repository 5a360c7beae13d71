"""Keys do what somebody meant: Undo is one key away, single letters can be switched off, input methods keep theirs."""

import pytest
from playwright.sync_api import expect

from tenant_apps.catalogue.models import Category
from tests import make


@pytest.fixture
def desk(signed_in):
    return signed_in(make.user("owner"), width=1280)


def test_undo_is_one_key_away_and_stays_while_the_focus_is_on_it(desk):
    course, page = make.course(published=False), desk.page
    desk.open(f"/admin/courses/{course.pk}/")
    page.clock.install()
    desk.button("Publish").click()
    undo = page.locator("#toasts").get_by_role("button", name="Undo")
    expect(page.locator("#toasts kbd")).to_have_text("F8")
    page.keyboard.press("F8")
    expect(undo).to_be_focused()
    page.mouse.move(1200, 780)
    page.clock.run_for(30_000)
    expect(undo).to_be_focused()
    page.keyboard.press("Enter")
    expect(desk.button("Publish")).to_be_visible()


def test_keys_of_one_sign_can_be_switched_off_in_the_preferences(desk):
    page = desk.page
    desk.open("/admin/bookings/")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '?', isComposing: true, bubbles: true}))"
    )
    expect(page.locator("#keys")).to_be_hidden()

    desk.open("/my/notices/preferences/")
    page.locator("main [data-single-keys]").uncheck()
    desk.open("/admin/bookings/")
    for key in ("?", "n", "/"):
        page.keyboard.press(key)
    expect(page.locator("#keys")).to_be_hidden()
    assert page.evaluate("document.activeElement === document.body")
    assert page.url.endswith("/admin/bookings/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()


COMPOSING = """field => field.dispatchEvent(
  new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true }))"""


def test_enter_that_ends_a_word_of_an_input_method_takes_nothing(desk):
    page = desk.page
    desk.open("/admin/bookings/")
    page.keyboard.press("Control+k")
    page.locator("[data-palette-input]").fill("courses")
    page.wait_for_selector("#palette [data-enter]")
    page.locator("[data-palette-input]").evaluate(COMPOSING)
    expect(page.locator("#palette")).to_be_visible()
    assert page.url.endswith("/admin/bookings/")


def test_what_is_there_is_found_without_its_accents_and_not_offered_again(desk):
    page = desk.page
    Category.objects.create(name="Łódź café")
    desk.open("/admin/courses/new/")
    field = page.get_by_role("combobox", name="Category")
    field.fill("lodz")
    expect(page.get_by_role("option", name="Łódź café", exact=True)).to_be_visible()
    field.evaluate(COMPOSING)
    expect(page.get_by_role("option", name="Łódź café", exact=True)).to_be_visible()
    field.fill("LODZ CAFE")
    expect(page.locator("[role=option]:visible")).to_have_text(["Łódź café"])
