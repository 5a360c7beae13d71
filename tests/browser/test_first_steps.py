"""A new provider, from an empty office to a course that anybody can book, by the steps the dashboard names."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests import make


@pytest.mark.timeout(180)
def test_the_dashboard_leads_an_owner_from_nothing_to_a_course_on_sale(shop, signed_in, visitor):
    owner = signed_in(make.user("owner", name="Nora New"))

    def take(step):
        owner.open("/admin/")
        owner.page.locator("main").get_by_role("link", name=step).click()

    take("Make it yours")
    owner.fill(tagline="We teach people to weld")
    owner.button("Save").click()
    take("Say who teaches")
    owner.fill(name="Grace Hopper", headline="Thirty years at the torch")
    owner.button("Add trainer").click()
    take("Add a course")
    owner.fill(title="Welding for beginners", summary="Join steel safely.", hours="7", price="95")
    owner.page.get_by_role("combobox", name="Category").fill("Metal")
    owner.page.get_by_role("option", name="Add “Metal”").click()
    owner.page.get_by_role("combobox", name="For whom").fill("adu")
    owner.page.keyboard.press("Enter")
    owner.button("Add course").click()
    take("Put it on the calendar")
    owner.fill(start_date=make.today() + timedelta(days=40), online_url="https://meet.example.com/weld")
    owner.button("Put it on the calendar").click()
    take("Publish it")
    owner.button("Publish").click()

    owner.open("/admin/")
    expect(owner.page.locator("main")).to_contain_text("5 of 5 steps done")
    ada = visitor()
    ada.find("welding", "Welding for beginners")
    ada.reads("£95", "Join steel safely.")
    expect(ada.link("Book .*").first).to_be_visible()
