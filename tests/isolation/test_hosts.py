"""Who a request is for is said by its host and path alone, in every spelling, and links never follow a lie."""

import re

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

from shared_apps.events.bus import deliver_due
from shared_apps.tenants.context import enter, tenant_context
from tenant_apps.messaging.models import Message
from tests.isolation.bodies import about, plausible
from tests.isolation.doors import tenant_doors
from tests.isolation.walk import crash_of, everything_in, knock, undone
from tests.support.people import SiteClient

FORWARDED = {"X-Forwarded-Host": "alpha.localhost", "X-Original-Host": "alpha.localhost", "X-Host": "alpha.localhost",
             "Forwarded": "host=alpha.localhost", "X-Original-URL": "/alpha/", "X-Rewrite-URL": "/alpha/"}  # fmt: skip


@pytest.fixture(autouse=True)
def here(worlds):
    """Requests by hand leave the connection in public; the next test begins where it should."""
    yield
    enter(connection.tenant)


CLOCK = "/sandbox/clocks/beta/"  # the sandbox's page about this tenant, on the platform's host


@pytest.mark.parametrize("role", ["", "owner"])
def test_alphas_ids_open_nothing_on_betas_own_host(a, b, role):
    pages = b.pages(role, on_host=True)
    api = b.api(role, on_host=True)
    fields, found = {**plausible(), **about(a.related)}, []
    for door in tenant_doors():
        if door.is_third_party:
            continue
        with undone():
            response = knock(api if door.is_api else pages, door, door.path(a.values), "GET", fields, query={})
            text = everything_in(response).replace(b.tenant.base_url, "").replace(CLOCK, "")
            text = text.replace(b.tenant.base_url.partition("://")[2], "")  # as a certificate prints its address
        found += [f"{door} shows {mark}" for mark in [*a.marks, "/beta/"] if mark in text]
        found += [f"{door}: {crash_of(response)}"] if crash_of(response) else []
    assert found == []


@pytest.mark.parametrize("host", ["{}.localhost", "{}.localhost:{port}", "{upper}.LOCALHOST", "{}.localhost."])
def test_a_tenants_host_is_known_in_every_spelling(a, b, host):
    spelt = host.format(b.tenant.slug, upper=b.tenant.slug.upper(), port=settings.PORT)
    text = everything_in(SiteClient(b.tenant, on_host=True, HTTP_HOST=spelt).get("/about/"))
    assert b.canary.lower() in text
    assert a.canary.lower() not in text


@pytest.mark.parametrize(("name", "value"), FORWARDED.items())
def test_no_other_header_says_who_a_request_is_for(a, b, name, value):
    for on_host in (False, True):
        text = everything_in(b.pages(on_host=on_host).get("/about/", headers={name: value}))
        assert b.canary.lower() in text
        assert not [mark for mark in a.marks if mark in text]


@pytest.mark.parametrize(
    "host", ["alpha.localhost.evil.test", "evil.test", "alphalocalhost", "xalpha.localhost", "", "alpha.localhost@evil",
             "alpha.localhost/beta", "[::1", "alpha.localhost:port", "127.0.0.1.evil.test"],
)  # fmt: skip
def test_a_host_that_is_nobodys_shows_nobody(a, host):
    answer = SiteClient(a.tenant, on_host=True, HTTP_HOST=host, raise_request_exception=False).get("/about/")
    assert answer.status_code in (400, 404)
    assert a.canary.lower() not in everything_in(answer)


@pytest.mark.parametrize(
    "path", ["/beta/../alpha/about/", "//alpha/about/", "/beta//alpha/about/", "/beta/alpha/about/"]
)
def test_a_path_does_not_climb_to_a_neighbour(a, path):
    answer = SiteClient(a.tenant, raise_request_exception=False)
    answer.prefix = ""
    response = answer.get(path)
    assert a.canary.lower() not in everything_in(response)


def test_an_address_in_the_request_line_does_not_overrule_the_host(a, b):
    """`GET http://alpha.localhost/about/` with beta's Host header is beta's, or nothing."""
    said = []
    environ = b.pages(on_host=True)._base_environ(REQUEST_METHOD="GET", PATH_INFO="http://alpha.localhost/about/")
    environ["HTTP_HOST"] = "beta.localhost"
    before = connection.tenant
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections

    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    try:
        body = b"".join(WSGIHandler()(environ, lambda status, headers: said.append(status)))
    finally:
        request_started.connect(close_old_connections)
        request_finished.connect(close_old_connections)
        enter(before)
    assert said[0].startswith("404")
    assert a.canary.encode() not in body


@pytest.mark.parametrize("ask", ["page", "api"])
def test_a_reset_mail_links_to_the_canonical_address_whatever_the_request_said(a, ask):
    lies = {"X-Forwarded-Host": "evil.test", "X-Forwarded-Proto": "https", "host": f"ALPHA.localhost.:{settings.PORT}"}
    email = a.users["student"].email
    with undone():
        if ask == "page":
            a.pages(on_host=True).post("/accounts/password/reset/", {"email": email}, headers=lies)
        else:
            body = {"email": email}
            a.api(on_host=True).post("/auth/forgot-password", body, content_type="application/json", headers=lies)
        with tenant_context(a.tenant):
            deliver_due()
            text = Message.objects.filter(to=email, kind__contains="password_reset").latest("created_at").text
    links = re.findall(r"https?://\S+", text)
    assert links
    assert {link for link in links if not f"{link}/".startswith(f"{a.tenant.base_url}/")} == set()
    assert any("/accounts/password/reset/key/" in link for link in links)
