"""Nobody is led to another site by an address of ours."""

from urllib.parse import urlsplit

import pytest

from tests import make

pytestmark = pytest.mark.django_db

EVIL = [
    "//evil.test",
    "///evil.test",
    "/\\evil.test",
    "\\\\evil.test",
    "https:evil.test",
    "https:/evil.test",
    "https://evil.test",
    "http:///evil.test",
    "/\t/evil.test",
    "/\n/evil.test",
    "\t//evil.test",
    "\x00//evil.test",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "//evil.test\\@localhost",
    "https://localhost@evil.test",
    "//localhost.evil.test",
    "/%09/evil.test",
    "/%5cevil.test",
    "//[::1]evil.test",
]
OTHER_NAMES = ["return_url", "redirect_to", "url", "continue"]


def leads_astray(address):
    """Whether a browser would go elsewhere: it reads `\\` as `/` and leaves out tabs and newlines."""
    seen = "".join(letter for letter in address if letter not in "\t\r\n\0").strip().replace("\\", "/")
    parts = urlsplit(seen)
    return bool(parts.scheme or seen.startswith("//")) and parts.hostname not in ("localhost", "alpha.localhost")


def test_the_control_sees_where_a_browser_would_go():
    assert leads_astray("/\t/evil.test")
    assert leads_astray("/\\evil.test")
    assert not leads_astray("/alpha/courses/")


@pytest.mark.parametrize("on_host", [False, True])
def test_signing_in_leads_nowhere_else(tenant, client_of, on_host, settings):
    settings.ACCOUNT_RATE_LIMITS = False
    user = make.user("owner")
    tries = [("next", evil) for evil in (EVIL[:6] if on_host else EVIL)] + [(name, EVIL[0]) for name in OTHER_NAMES]
    for name, evil in tries:
        answer = client_of(tenant, on_host=on_host).post(
            "/accounts/login/", {"login": user.email, "password": make.PASSWORD, name: evil}
        )
        assert answer.status_code == 302, (name, evil)
        assert not leads_astray(answer["Location"]), (evil, answer["Location"])


def test_no_page_for_those_who_are_signed_in_or_out_leads_elsewhere(tenant, client_of):
    user = make.user("owner")
    for evil in EVIL:
        for path in (
            "/accounts/login/",
            "/accounts/signup/",
            "/accounts/reauthenticate/",
            "/accounts/password/change/",
        ):
            for browser in (client_of(tenant), client_of(tenant).sign_in(user)):
                answer = browser.get(path, {"next": evil})
                assert not leads_astray(answer.get("Location", "")), (path, evil)
        answer = client_of(tenant).sign_in(user).post("/accounts/logout/", {"next": evil})
        assert answer.status_code == 302
        assert not leads_astray(answer["Location"]), evil


@pytest.mark.parametrize(
    "path",
    [
        "//evil.test/",
        "//evil.test",
        "/%2f%2fevil.test",
        "/\\evil.test",
        "/%5cevil.test/",
        "/%09/evil.test",
        "/.//evil.test",
    ],
)
def test_a_missing_slash_is_not_put_behind_a_host(alpha, client, client_of, path):
    for browser in (client, client_of(alpha), client_of(alpha, on_host=True)):
        answer = browser.get(path) if browser is client else browser.generic("GET", f"{browser.prefix}{path}")
        assert not leads_astray(answer.get("Location", "")), answer["Location"]


def test_a_refused_form_goes_back_to_our_own_pages_only(tenant, client_of):
    booking = make.confirmed_booking()
    office = client_of(tenant).sign_in(make.user("owner"))
    path = f"/admin/bookings/{booking.pk}/cancel/"
    for evil in EVIL:
        answer = office.post(path, {"refund": "99999", "reason": "x"}, headers={"referer": evil.replace("\n", "")})
        assert not leads_astray(answer.get("Location", "")), evil
