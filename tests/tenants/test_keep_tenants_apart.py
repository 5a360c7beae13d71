"""One tenant's things are worth nothing at another."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.utils import ProgrammingError

from shared_apps.accounts.models import User
from shared_apps.core.errors import ForeignTenant
from shared_apps.core.signing import BadSignature, sign, unsign
from shared_apps.tenants.context import tenant_context
from tests import make

pytestmark = pytest.mark.django_db


def test_a_tenants_connection_does_not_see_public(tenant):
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        assert cursor.fetchone()[0] == "t_alpha"
        with pytest.raises(ProgrammingError):
            cursor.execute("SELECT * FROM tenants_tenant")


def test_a_row_read_at_one_tenant_can_not_be_saved_or_deleted_at_another(alpha, beta):
    with tenant_context(alpha):
        person = make.person(name="Ada")
        loaded = type(person).objects.get(pk=person.pk)
    for stray in (person, loaded):
        with tenant_context(beta):
            with pytest.raises(ForeignTenant):
                stray.save()
            with pytest.raises(ForeignTenant):
                stray.delete()
            assert not type(person).objects.exists()


def test_the_same_email_is_two_people_at_two_tenants(alpha, beta):
    for tenant in (alpha, beta):
        with tenant_context(tenant):
            make.user("owner", email="same@example.com", password=f"password-{tenant.slug}-1")
    with tenant_context(alpha):
        user = User.objects.get()
        assert user.check_password("password-alpha-1")
        assert not user.check_password("password-beta-1")


def test_a_signed_value_is_refused_at_another_tenant_and_for_another_purpose(alpha, beta):
    with tenant_context(alpha):
        token = sign("booking", "42")
        assert unsign("booking", token) == "42"
        with pytest.raises(BadSignature):
            unsign("feed", token)
    with tenant_context(beta), pytest.raises(BadSignature):
        unsign("booking", token)


def test_a_password_reset_token_is_refused_at_another_tenant(alpha, beta):
    from shared_apps.accounts.password_reset import TenantPasswordResetTokens

    tokens = TenantPasswordResetTokens()
    with tenant_context(alpha):
        user = make.user("student")
        token = tokens.make_token(user)
        assert tokens.check_token(user, token)
        fields = {field.attname: getattr(user, field.attname) for field in User._meta.fields}
    with tenant_context(beta):
        twin = User(**fields)
        twin.save()
        assert not tokens.check_token(twin, token)


def test_cache_entries_belong_to_a_tenant(alpha, beta):
    with tenant_context(alpha):
        cache.set("greeting", "hello from alpha")
    with tenant_context(beta):
        assert cache.get("greeting") is None
    assert cache.get("greeting") is None


def test_a_session_of_one_tenant_is_nobodys_at_another(client_of, alpha, beta):
    with tenant_context(alpha):
        owner = make.user("owner")
    at_alpha, at_beta = client_of(alpha), client_of(beta)
    at_alpha.sign_in(owner)
    assert at_alpha.get("/accounts/email/").status_code == 200

    stolen = at_alpha.cookies["sessionid-alpha"].value
    for name in ("sessionid-beta", "sessionid", "sessionid-alpha"):
        at_beta.cookies[name] = stolen
    assert at_beta.get("/accounts/email/").status_code == 302


def test_a_session_row_copied_to_another_tenant_is_thrown_away(client_of, alpha, beta):
    """Even if the same key existed in both schemas, the session says where it was begun."""
    from django.contrib.sessions.models import Session

    with tenant_context(alpha):
        owner = make.user("owner")
    at_alpha, at_beta = client_of(alpha), client_of(beta)
    at_alpha.sign_in(owner)
    at_alpha.get("/accounts/email/")
    with tenant_context(alpha):
        row = Session.objects.get(session_key=at_alpha.cookies["sessionid-alpha"].value)
        fields = {f.attname: getattr(row, f.attname) for f in Session._meta.fields}
        fields |= {"session_data": row.session_data}
        twin = {f.attname: getattr(owner, f.attname) for f in User._meta.fields}
    with tenant_context(beta):
        User(**twin).save()
        Session(**fields).save()
    at_beta.cookies["sessionid-beta"] = row.session_key
    assert at_beta.get("/accounts/email/").status_code == 302


def test_cookies_are_named_after_their_tenant(client_of, alpha):
    site = client_of(alpha)
    response = site.get("/accounts/login/")
    names = set(response.cookies)
    assert "csrftoken-alpha" in names
    assert not {"csrftoken", "sessionid", "messages"} & names


def test_over_https_no_neighbouring_host_can_set_our_cookies(client_of, alpha, settings):
    settings.HTTPS = True
    browser = client_of(alpha)
    cookie = browser.get("/accounts/login/", secure=True).cookies["__Host-csrftoken-alpha"]
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
    with tenant_context(alpha):
        student = make.user("student")
    given = {"login": student.email, "password": make.PASSWORD}
    assert browser.post("/accounts/login/", given, secure=True).cookies["__Host-sessionid-alpha"]["secure"]
    assert browser.get("/my/profile/", secure=True).status_code == 200


def test_a_csrf_token_of_one_tenant_is_refused_at_another(client_of, alpha, beta):
    from django.test import Client

    with tenant_context(beta):
        make.user("owner", email="owner@beta.test")
    browser = Client(enforce_csrf_checks=True, headers={"host": "localhost:8000"})
    browser.get("/alpha/accounts/login/")
    browser.get("/beta/accounts/login/")
    body = {"login": "owner@beta.test", "password": make.PASSWORD}
    foreign = {**body, "csrfmiddlewaretoken": browser.cookies["csrftoken-alpha"].value}
    assert browser.post("/beta/accounts/login/", foreign).status_code == 403
    own = {**body, "csrfmiddlewaretoken": browser.cookies["csrftoken-beta"].value}
    assert browser.post("/beta/accounts/login/", own).status_code == 302


def test_one_browser_is_signed_in_at_two_tenants_at_once(client_of, alpha, beta):
    from django.test import Client

    browser = Client(headers={"host": "localhost:8000"})
    for tenant in (alpha, beta):
        with tenant_context(tenant):
            make.user("owner", email=f"owner@{tenant.slug}.test")
        body = {"login": f"owner@{tenant.slug}.test", "password": make.PASSWORD}
        assert browser.post(f"/{tenant.slug}/accounts/login/", body).status_code == 302
    for tenant in (alpha, beta):
        page = browser.get(f"/{tenant.slug}/accounts/email/").content.decode()
        assert f"owner@{tenant.slug}.test" in page
