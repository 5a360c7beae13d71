"""A session begins anew with each sign-in, and ends for good."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from shared_apps.accounts import tokens
from shared_apps.accounts.services import reset_password
from shared_apps.core.time import now
from shared_apps.timers.retention import tidy
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
COOKIE = "sessionid-alpha"


def signed_in(browser, user, password=make.PASSWORD):
    """The browser, signed in by the page."""
    answer = browser.post("/accounts/login/", {"login": user.email, "password": password})
    assert answer.status_code == 302, answer.content
    return browser


def is_in(browser):
    return browser.get("/accounts/email/").status_code == 200


def token_is_good(api, pair):
    return api.get("/auth/me", headers={"authorization": f"Bearer {pair['access_token']}"}).status_code == 200


def test_a_session_that_somebody_planted_is_not_the_one_that_signs_in(tenant, client_of):
    user, thief, victim = make.user("owner"), client_of(tenant), client_of(tenant)
    session = thief.session
    session["_tenant"] = tenant.schema_name
    session.save()
    planted = session.session_key
    victim.cookies[COOKIE] = planted
    signed_in(victim, user)
    assert victim.cookies[COOKIE].value != planted
    thief.cookies[COOKIE] = planted
    assert not is_in(thief)
    assert is_in(victim)


def test_a_made_up_session_is_not_taken_on(tenant, client_of):
    browser = client_of(tenant)
    browser.cookies[COOKIE] = "a" * 32
    signed_in(browser, make.user("owner"))
    assert browser.cookies[COOKIE].value != "a" * 32


def test_signing_in_again_changes_the_session(tenant, client_of):
    browser, one, other = client_of(tenant), make.user("owner"), make.user("admin")
    first = signed_in(browser, one).cookies[COOKIE].value
    browser.post("/accounts/logout/")
    second = signed_in(browser, other).cookies[COOKIE].value
    assert first != second
    assert not Session.objects.filter(pk=first).exists()


def test_signing_out_ends_the_session_on_the_server(tenant, client_of):
    browser, copy = signed_in(client_of(tenant), make.user("owner")), client_of(tenant)
    copy.cookies[COOKIE] = browser.cookies[COOKIE].value
    assert is_in(copy)
    browser.post("/accounts/logout/")
    assert not is_in(copy)
    assert not Session.objects.filter(pk=copy.cookies[COOKIE].value).exists()


def test_a_new_password_ends_every_other_session_and_token(tenant, client_of):
    user = make.user("owner")
    here, there, api = (
        signed_in(client_of(tenant), user),
        signed_in(client_of(tenant), user),
        client_of(tenant, api=True),
    )
    pair = tokens.issue(user)
    fields = {"oldpassword": make.PASSWORD, "password1": "quite-new-7", "password2": "quite-new-7"}
    assert here.post("/accounts/password/change/", fields).status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert not token_is_good(api, pair)
    assert api.post("/auth/refresh", {"refreshToken": pair["refresh_token"]}, "application/json").status_code == 401


def test_a_reset_password_ends_every_session_and_token(tenant, client_of):
    user = make.user("owner")
    browser, api, pair = signed_in(client_of(tenant), user), client_of(tenant, api=True), tokens.issue(user)
    reset_password(user, password="quite-new-7", email=user.email)
    assert not is_in(browser)
    assert not token_is_good(api, pair)


def test_a_closed_account_is_out_at_once(tenant, client_of):
    user = make.user("owner")
    browser, api, pair = signed_in(client_of(tenant), user), client_of(tenant, api=True), tokens.issue(user)
    assert is_in(browser)
    assert token_is_good(api, pair)
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert not is_in(browser)
    assert browser.get("/admin/").status_code == 302
    assert not token_is_good(api, pair)
    assert api.post("/auth/refresh", {"refreshToken": pair["refresh_token"]}, "application/json").status_code == 401


def test_a_role_that_was_taken_away_is_gone_at_once(tenant, client_of):
    user = make.user("owner")
    browser, api, pair = signed_in(client_of(tenant), user), client_of(tenant, api=True), tokens.issue(user)
    bearer = {"authorization": f"Bearer {pair['access_token']}"}
    assert (browser.get("/admin/").status_code, api.get("/payments", headers=bearer).status_code) == (200, 200)
    type(user).objects.filter(pk=user.pk).update(roles=["student"])
    assert (browser.get("/admin/").status_code, api.get("/payments", headers=bearer).status_code) == (404, 404)


def test_what_is_left_of_a_sign_in_that_ended_is_forgotten(tenant, client_of):
    """Nobody comes back to it, so nothing but a tidy deletes it; who is signed in stays so."""
    ended, present = (signed_in(client_of(tenant), make.user("owner")) for _ in range(2))
    for browser in (ended, present):
        browser.get("/accounts/sessions/")
    assert UserSession.objects.count() == 2
    Session.objects.filter(pk=ended.cookies[COOKIE].value).update(expire_date=now() - timedelta(seconds=1))
    UserSession.objects.update(last_seen_at=now() - timedelta(hours=2))
    tidy()
    assert list(Session.objects.values_list("pk", flat=True)) == [present.cookies[COOKIE].value]
    assert UserSession.objects.get().session_key == present.cookies[COOKIE].value
    assert present.get("/admin/").status_code == 200


def test_cookies_can_be_read_by_no_script_and_ride_with_no_foreign_form(tenant, client_of, settings):
    browser = signed_in(client_of(tenant), make.user("owner"))
    browser.get("/accounts/password/change/")
    assert {COOKIE, "csrftoken-alpha"} <= browser.cookies.keys()
    for name, cookie in browser.cookies.items():
        assert (bool(cookie["httponly"]), cookie["samesite"], cookie["path"]) == (True, "Lax", "/"), name
        assert not cookie["domain"], name


def test_over_https_cookies_are_secure_and_belong_to_the_host(tenant, client_of, settings):
    settings.HTTPS = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    browser = client_of(tenant)
    browser.get("/accounts/login/")
    answer = browser.post("/accounts/login/", {"login": make.user("owner").email, "password": make.PASSWORD})
    assert answer.status_code == 302
    assert browser.cookies
    for name, cookie in browser.cookies.items():
        assert name.startswith("__Host-"), name
        assert (bool(cookie["secure"]), bool(cookie["httponly"]), cookie["path"], cookie["domain"]) == (
            True,
            True,
            "/",
            "",
        )


@pytest.mark.parametrize(("on_host", "home"), [(False, "/alpha/"), (True, "/")])
def test_signing_out_ends_on_the_provider_s_own_home_page(tenant, client_of, on_host, home):
    browser = client_of(tenant, on_host=on_host).sign_in(make.user())
    answer = browser.post("/accounts/logout/", follow=True)
    assert [step[0] for step in answer.redirect_chain] == [home]
    assert "Alpha Training" in answer.content.decode()
