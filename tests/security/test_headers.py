"""What every answer says to the browser, whoever gives it: pages, errors, redirects, static files, the API."""

import pytest

from shared_apps.tenants.services import add_domain
from tests import make

pytestmark = pytest.mark.django_db

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
POLICY = ["default-src 'self'", "object-src 'none'", "base-uri 'self'", "frame-ancestors 'none'"]


def answers(client, pages, api):
    """One answer of every kind there is, by name."""
    client.raise_request_exception = False
    host = {"host": "nobody.example.test"}
    return {
        "a page": pages.get("/"),
        "the sign-in page": pages.get("/accounts/login/"),
        "a redirect to sign in": pages.get("/admin/"),
        "a redirect to the slash": client.get("/alpha"),
        "nothing there": pages.get("/nowhere/"),
        "a wrong method": pages.generic("DELETE", "/"),
        "nobody's host": client.get("/", headers=host),
        "nobody's API": client.get("/api/tenant/nobody/courses"),
        "the API": api.get("/courses"),
        "refused by the API": api.get("/bookings"),
        "nothing in the API": api.get("/nowhere"),
        "not JSON": api.generic("POST", "/auth/login", b"{", content_type="application/json"),
        "the reference": api.get("/docs"),
        "the description": api.get("/openapi.json"),
        "the platform": client.get("/accounts/login/"),
        "health": client.get("/healthz"),
        "a stylesheet": client.get("/static/css/app.css"),
        "a brand": pages.get("/brand.css"),
        "a missing file": client.get("/static/none.css"),
        "a forged webhook": client.post("/api/payments/webhooks/stripe", "{}", content_type="application/json"),
    }


def test_every_kind_of_answer_carries_them(alpha, client, client_of):
    make_answers = answers(client, client_of(alpha), client_of(alpha, api=True))
    missing = [
        (kind, name, answer.get(name))
        for kind, answer in make_answers.items()
        for name, value in ALWAYS.items()
        if answer.get(name) != value
    ]
    assert missing == []
    for kind, answer in make_answers.items():
        policy = answer.get("Content-Security-Policy", "")
        assert [part for part in POLICY if part not in policy] == [], (kind, answer.status_code)
        assert "unsafe-eval" not in policy, kind
        assert "'unsafe-inline'" not in policy or kind == "the reference", kind
        assert "camera=()" in answer.get("Permissions-Policy", ""), kind
        for teller in ("Server", "X-Powered-By", "Via"):
            assert teller not in answer, kind


def test_the_reference_may_have_inline_styles_but_no_inline_script(alpha, client_of):
    policy = client_of(alpha, api=True).get("/docs")["Content-Security-Policy"]
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert "'unsafe-inline'" in parts.pop("style-src")
    assert all("unsafe" not in rest for rest in parts.values())


@pytest.fixture
def https(settings):
    """The settings of a site at an https address, behind a proxy."""
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


def test_over_https_the_browser_is_told_to_stay_there(alpha, client, https):
    for path in ("/", "/alpha/", "/alpha/nowhere/", "/static/css/app.css", "/api/tenant/alpha/courses"):
        plain = client.get(path)
        assert (plain.status_code, plain["Location"][:8]) == (301, "https://"), path
        secure = client.get(path, headers={"x-forwarded-proto": "https"})
        assert secure["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains", path


def test_other_sites_of_a_customers_domain_are_not_forced_to_https(alpha, client, https):
    add_domain(tenant=alpha, domain="training.example", by="the operator")
    told = {
        host: client.get("/", headers={"x-forwarded-proto": "https", "host": host})["Strict-Transport-Security"]
        for host in ("training.example", "alpha.localhost", "localhost", "notlocalhost")
    }
    assert told == {
        "training.example": "max-age=31536000",
        "alpha.localhost": "max-age=31536000; includeSubDomains",
        "localhost": "max-age=31536000; includeSubDomains",
        "notlocalhost": "max-age=31536000",
    }


@pytest.mark.parametrize("host", ["10.0.0.7:8000", "nobody.example", "not a host"])
def test_a_load_balancer_may_ask_by_address_and_without_https(client, https, host):
    assert client.get("/healthz", headers={"host": host}).json() == {"status": "ok"}
    assert client.get("/readyz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("where", ["page", "office"])
def test_what_is_somebodys_own_is_kept_by_no_cache(tenant, client_of, where):
    user = make.student_user()[0] if where == "page" else make.user("owner")
    page = client_of(tenant).sign_in(user).get("/my/bookings/" if where == "page" else "/admin/")
    assert page.status_code == 200
    assert {"private", "no-store"} & set(page.get("Cache-Control", "").replace(" ", "").split(",")), page.headers
