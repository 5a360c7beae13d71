"""Nothing changes because of a link or of somebody else's form."""

from itertools import cycle

import pytest
from django.db import connection
from django.test import Client

from tests.isolation.bodies import about, plausible
from tests.isolation.doors import doors, tenant_doors
from tests.isolation.platform import PLATFORM
from tests.isolation.seal import Seal
from tests.isolation.walk import knock, undone
from tests.support.people import SiteClient

pytestmark = pytest.mark.django_db

# They know who is asking by a signature or a key of their own, and look at no cookie.
BY_SIGNATURE = {
    "api/payments/webhooks/<slug:provider>", "payments/webhooks/<slug:provider>", "hooks/twilio/<uuid:message_id>/",
    "hooks/telegram/",
}  # fmt: skip


def unsafe(door):
    return not door.is_api and door.route not in BY_SIGNATURE and not door.route.startswith("sandbox/")


@pytest.mark.usefixtures("undrawn")
def test_every_form_of_a_tenant_needs_its_token(a):
    browser = SiteClient(a.tenant, enforce_csrf_checks=True, raise_request_exception=False).sign_in(a.users["owner"])
    taken = []
    for door, another in zip(filter(unsafe, tenant_doors()), cycle(("PUT", "PATCH", "DELETE"))):
        for method in ("POST", another):
            with undone():
                answer = browser.generic(method, door.path(a.values), b"x=1", "application/x-www-form-urlencoded")
            if answer.status_code not in (403, 405):
                taken.append(f"{method} {door}: {answer.status_code}")
    assert not taken, "\n".join(taken)


def test_every_form_of_the_platform_needs_its_token(alpha, client):
    browser = Client(enforce_csrf_checks=True, HTTP_HOST=client.defaults["HTTP_HOST"])
    browser.raise_request_exception = False
    keys = {**PLATFORM, ("confirm-email", "key"): "x", ("key", "uidb36"): "1", ("key", "key"): "x"}
    taken = []
    for door in filter(unsafe, doors("config.urls_public")):
        with undone():
            answer = browser.post(door.path(keys), {})
        if answer.status_code not in (403, 405):
            taken.append(f"{door}: {answer.status_code}")
    assert not taken, "\n".join(taken)


def test_the_control_is_let_in_with_the_token(a):
    browser = SiteClient(a.tenant, enforce_csrf_checks=True)
    page = browser.get("/accounts/login/")
    token = page.context["csrf_token"]
    answer = browser.post("/accounts/login/", {"login": "x@y.test", "password": "x", "csrfmiddlewaretoken": str(token)})
    assert answer.status_code == 200


def test_the_api_looks_at_no_cookie(a):
    browser = SiteClient(a.tenant, api=True).sign_in(a.users["owner"])
    assert browser.get("/auth/me").status_code == 401
    assert browser.post("/students", {"name": "Eve"}, content_type="application/json").status_code == 401


# A receipt gets its number when somebody first asks how things stand now: numbers have no gaps, so none is given out
# for a state that nobody asks about.
FIRST_LOOKS = {
    "booking_receipt",
    "calendar_feed",  # when a program read it last is noted, once an hour: whoever gave out the link wants to know
}


@pytest.mark.parametrize("role", ["student", "owner"])
def test_looking_changes_nothing(a, role):
    changed, seal = [], Seal(a.tenant)
    with connection.cursor() as cursor:  # one's own session remembers filters, and a secret that is being set up
        cursor.execute(f'DROP TRIGGER isolation_seal ON "{a.tenant.schema_name}".django_session')
    for door in tenant_doors():
        if door.name in FIRST_LOOKS:
            continue
        client = a.api(role) if door.is_api else a.pages(role)
        before = seal.count()
        with undone():
            knock(client, door, door.path(a.values), "GET", {}, query={**plausible(), **about(a.related)})
        if seal.count() != before:
            changed.append(f"{door}: {seal.count() - before} rows")
    assert not changed, "\n".join(changed)
