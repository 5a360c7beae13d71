"""A program that checks a link without reading the page is told what a reader of it is."""

from wsgiref.util import setup_testing_defaults

import pytest
from django.core.handlers.wsgi import WSGIHandler

from shared_apps.web.heads import heads_alone
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


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/alpha/", "/alpha/nothing-here/", "/api/tenant/alpha/courses"])
def test_who_asks_for_the_head_is_sent_the_same_headers_and_no_body(alpha, path):
    """A body would be dropped by gunicorn, with a warning in the log for each time somebody asks."""

    def ask(method):
        heads = []
        environ = {"PATH_INFO": path, "REQUEST_METHOD": method, "HTTP_HOST": "localhost"}
        setup_testing_defaults(environ)
        body = b"".join(heads_alone(WSGIHandler())(environ, lambda status, headers: heads.append((status, headers))))
        [(status, headers)] = heads
        return status, {name for name, _ in headers}, dict(headers).get("Content-Length"), body

    *read, page = ask("GET")
    *looked, nothing = ask("HEAD")
    assert page
    assert looked == read
    assert nothing == b""
