"""A program that checks a link without reading the page is told what a reader of it is."""

import pytest

from tests.isolation.doors import doors
from tests.isolation.walk import undone
from tests.support.people import SiteClient

pytestmark = pytest.mark.django_db


def is_public(door):
    return not door.is_api and not door.route.startswith(("admin/", "api/"))


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("role", ["", "student"])
def test_a_link_that_opens_a_page_is_good_for_who_asks_for_its_head_alone(a, role):
    browser, wrong, opened = SiteClient(a.tenant, raise_request_exception=False), [], 0
    if role:
        browser.sign_in(a.users[role])
    for door in filter(is_public, doors("config.urls_tenant")):
        with undone():
            read = browser.get(door.path(a.values)).status_code
        with undone():
            looked = browser.head(door.path(a.values)).status_code
        opened += read == 200
        wrong += [f"{door}: {read}, {looked}"] if read != looked else []
    assert not wrong, "\n".join(wrong)
    assert opened > 15
