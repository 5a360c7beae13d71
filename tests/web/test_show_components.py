"""The styleguide shows every component, and only to those who build Muster, or in a demo."""

import re
from pathlib import Path

import pytest

from shared_apps.web.styleguide.entries import GROUPS
from tests import make

pytestmark = pytest.mark.django_db
TEMPLATES = Path(__file__).parents[2] / "templates"
# Parts of other components, and what belongs to one page alone.
PARTS = {
    "bulk-bar", "crumb", "empty-art", "entrance-art", "error-links", "fact", "field-error", "filters", "form-part",
    "list-bar", "logo", "mark", "nav-item", "section", "stat", "state-mark", "summary-row", "tab", "th",
    "theme-switch", "timeline-item", "unsaved", "form-errors", "chip",
}  # fmt: skip


def test_every_component_has_a_sample():
    samples = "".join(path.read_text() for path in (TEMPLATES / "styleguide" / "samples").iterdir())
    shown = set(re.findall(r"<c-([a-z-]+)", samples))
    there = {path.stem.replace("_", "-") for path in (TEMPLATES / "components").glob("*.html")}
    assert there - shown - PARTS == set()


@pytest.mark.parametrize("group", ["", *(group.name for group in GROUPS)])
def test_its_pages_are_drawn_at_a_provider_and_on_the_platform(client, client_of, alpha, group):
    url = f"/styleguide/{group}/" if group else "/styleguide/"
    for browser in (client_of(alpha), client):
        answer = browser.get(url)
        assert answer.status_code == 200
        page = answer.content.decode()
        assert 'name="robots" content="noindex"' in page
    for entry in next((one.entries for one in GROUPS if one.name == group), ()):
        assert f'id="{entry.name}"' in page
        assert entry.title in page


def test_outside_a_demo_it_is_there_for_those_who_may_see_it_alone(client_of, alpha, settings):
    from shared_apps.tenants.context import tenant_context

    settings.DEMO = False
    with tenant_context(alpha):
        office, student = make.user("admin", password=""), make.user("student", password="")
    for who, status in ((None, 404), (student, 404), (office, 200)):
        browser = client_of(alpha)
        if who:
            browser.sign_in(who)
        assert (who, browser.get("/styleguide/fields/").status_code) == (who, status)
    assert client_of(alpha).get("/styleguide/nothing/").status_code == 404
