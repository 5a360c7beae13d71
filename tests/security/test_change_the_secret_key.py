"""The secret key is changed: what was mailed and who is signed in stays, as long as the former key is a fallback."""

import pytest
from django.conf import settings as now
from django.urls import reverse

from shared_apps.accounts import tokens
from shared_apps.accounts.letters import tokens as reset_tokens
from shared_apps.accounts.letters import user_pk_to_url_str
from shared_apps.core.signing import BadSignature, sign, unsign
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
NEW = "a-quite-new-key-that-nobody-has-seen-before"


@pytest.fixture
def before(tenant, client_of):
    """What people hold when the key is changed."""
    user, browser = make.user("owner"), client_of(tenant)
    assert browser.post("/accounts/login/", {"login": user.email, "password": make.PASSWORD}).status_code == 302
    forgetful = make.user("student")
    key = reset_tokens.make_token(forgetful)
    return {
        "link": sign("a booking", 7),
        "browser": browser,
        "pair": tokens.issue(user),
        "reset": reverse("account_reset_password_from_key", args=[user_pk_to_url_str(forgetful), key]),
    }


def change_key(settings, *, keep):
    settings.SECRET_KEY_FALLBACKS = [now.SECRET_KEY] if keep else []
    settings.SECRET_KEY = NEW


def me(api, pair):
    return api.get("/auth/me", headers={"authorization": f"Bearer {pair['access_token']}"}).status_code


def refreshed(api, pair):
    return api.post("/auth/refresh", {"refreshToken": pair["refresh_token"]}, "application/json")


def test_links_sessions_tokens_and_reset_links_outlive_a_new_secret_key(tenant, client_of, settings, before):
    change_key(settings, keep=True)
    api = client_of(tenant, api=True)
    assert unsign("a booking", before["link"]) == 7
    for _ in range(2):
        assert before["browser"].get("/accounts/email/").status_code == 200
        assert me(api, before["pair"]) == 200
    answer = refreshed(api, before["pair"])
    assert answer.status_code == 200
    assert me(api, {"access_token": answer.json()["accessToken"]}) == 200
    assert refreshed(api, before["pair"]).status_code == 401  # spent, as ever
    page = client_of(tenant).get(before["reset"], follow=True)
    assert b"password1" in page.content


def test_what_was_renewed_lives_on_when_the_former_key_is_dropped(tenant, client_of, settings, before):
    change_key(settings, keep=True)
    api = client_of(tenant, api=True)
    fresh = refreshed(api, before["pair"]).json()
    assert before["browser"].get("/accounts/email/").status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert before["browser"].get("/accounts/email/").status_code == 200
    assert me(api, {"access_token": fresh["accessToken"]}) == 200


def test_without_the_former_key_all_of_it_ends(tenant, client_of, settings, before):
    change_key(settings, keep=False)
    api = client_of(tenant, api=True)
    with pytest.raises(BadSignature):
        unsign("a booking", before["link"])
    assert before["browser"].get("/accounts/email/").status_code == 302
    assert me(api, before["pair"]) == 401
    assert refreshed(api, before["pair"]).status_code == 401
    assert b"password1" not in client_of(tenant).get(before["reset"], follow=True).content


def test_a_token_of_another_provider_stays_foreign_whatever_its_key(alpha, beta, client_of, settings):
    pair = tokens.issue(make.user("owner"))
    change_key(settings, keep=True)
    assert me(client_of(beta, api=True), pair) == 401
    assert refreshed(client_of(beta, api=True), pair).status_code == 401
