import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from shared_apps.tenants.context import tenant_context
from tenant_apps.branding.models import Brand
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def course(site, alpha):
    with tenant_context(alpha):
        Brand.objects.update_or_create(only=True, defaults={"tagline": "Gas training", "contact_email": "a@alpha.test"})
        trainer = make.trainer(name="Helen Marsh")
        boilers = make.course(title="Boiler fault finding", lead_trainer=trainer, description="Live appliances.")
        for days in (30, 60):
            make.session(course=boilers, in_days=days, trainer=trainer)
        make.session(course=make.course(title="Wiring regulations"), in_days=20)
        return boilers


def test_the_list_follows_the_typing_and_the_address_with_it(course, page):
    page.goto("/alpha/courses/")
    page.get_by_label("Search courses").press_sequentially("boil")
    page.get_by_text("1 course", exact=True).wait_for()
    assert page.get_by_role("link", name="Wiring regulations").count() == 0
    assert page.url.endswith("/alpha/courses/?q=boil")
    page.get_by_role("link", name="Boiler fault finding", exact=True).click()
    page.get_by_role("heading", level=1, name="Boiler fault finding").wait_for()
    page.go_back()
    assert page.get_by_label("Search courses").input_value() == "boil"
    assert page.get_by_role("link", name="Wiring regulations").count() == 0


def test_a_phone_without_javascript_finds_a_course_and_a_date(course, new_page):
    page = new_page(width=360, javascript=False)
    page.goto("/alpha/courses/")
    page.locator("label", has_text="Filters").click()
    page.get_by_label("Free seats I need").fill("2")
    page.get_by_role("button", name="Show courses").click()
    assert "seats=2" in page.url
    page.get_by_role("link", name="Boiler fault finding", exact=True).click()
    page.get_by_role("link", name="Book ").last.click()
    assert re.search(r"/alpha/sessions/[0-9a-f-]{36}/book/", page.url)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(
    "path", ["", "courses/", "dates/", "dates/?view=month", "courses/{}/", "courses/{}/book/", "trainers/"]
)
def test_everybody_can_use_the_pages(course, new_page, path, dark):
    for width in (360, 1280):
        page = new_page(width=width, dark=dark)
        page.goto("/alpha/" + path.format(course.slug))
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_everybody_can_use_the_platforms_home(course, new_page):
    page = new_page()
    page.goto("/")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
