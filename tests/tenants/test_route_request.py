import pytest

from shared_apps.core.states import move
from shared_apps.tenants import routing
from shared_apps.tenants.context import tenant_context
from shared_apps.tenants.models import TenantStatus
from shared_apps.tenants.routing import resolve
from shared_apps.tenants.services import resume_tenant, suspend_tenant
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("host", "path", "slug", "prefix"),
    [
        ("localhost:8000", "/alpha/courses", "alpha", "/alpha"),
        ("localhost", "/alpha", "alpha", "/alpha"),
        ("LOCALHOST", "/alpha/", "alpha", "/alpha"),
        ("alpha.localhost:8000", "/courses", "alpha", ""),
        ("alpha.localhost.", "/courses", "alpha", ""),
        ("localhost", "/api/tenant/beta/courses", "beta", "/api/tenant/beta"),
    ],
)
def test_a_tenant_is_found_by_host_by_slug_and_by_api_prefix(host, path, slug, prefix):
    route = resolve(host, path)
    assert (route.tenant.slug, route.prefix) == (slug, prefix)


@pytest.mark.parametrize("path", ["/", "/operator/", "/alphabet/", "/accounts/login/", "//alpha/"])
def test_everything_else_on_the_main_host_is_the_platforms(path):
    assert resolve("localhost", path).tenant is None


@pytest.mark.parametrize("host", ["gamma.localhost", "alpha.localhost.evil.test", "evil.test", "alpha.evil.test"])
def test_nobody_lives_at_an_unknown_host(host, client):
    assert resolve(host, "/").missing
    response = client.get("/alpha/", headers={"host": host})
    assert response.status_code == 404
    assert b"Alpha Training" not in response.content


def test_a_tenants_host_does_not_lead_to_another_tenant_by_slug(client_of, alpha):
    assert client_of(alpha, on_host=True).get("/beta/").status_code == 404


def test_an_unknown_slug_below_the_api_is_a_json_problem(client):
    response = client.get("/api/tenant/gamma/courses")
    assert response.status_code == 404
    assert response.json()["code"] == "not_found"


def test_a_slug_without_a_slash_leads_to_the_home_page(client, alpha):
    response = client.get("/alpha")
    assert (response.status_code, response["Location"]) == (302, "/alpha/")


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("/Alpha/", "/alpha/"),
        ("/ALPHA", "/alpha"),
        ("/Alpha/courses/?q=gas%20safe", "/alpha/courses/?q=gas%20safe"),
        ("/api/tenant/Alpha/courses?pageSize=2", "/api/tenant/alpha/courses?pageSize=2"),
        ("/Alpha/caf%C3%A9/%0d%0a", "/alpha/caf%C3%A9/%0D%0A"),
    ],
)
def test_capitals_as_phones_and_posters_write_them_lead_to_the_right_page(client, alpha, typed, right):
    response = client.get(typed)
    assert (response.status_code, response["Location"]) == (301, right)


def test_what_was_sent_to_an_address_with_capitals_is_sent_again(client, alpha):
    assert client.post("/api/tenant/Alpha/auth/login").status_code == 308


@pytest.mark.parametrize("path", ["/Nobody/", "/Accounts/login/"])
def test_capitals_lead_nowhere_where_nobody_lives(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("status", [TenantStatus.PROVISIONING, TenantStatus.CLOSED])
def test_a_half_made_or_closed_tenant_is_not_there(client, client_of, alpha, status):
    type(alpha).objects.filter(pk=alpha.pk).update(status=status)
    routing.cache.clear()
    assert client.get("/alpha/").status_code == 404
    assert client_of(alpha, on_host=True).get("/").status_code == 404
    assert client.get("/api/tenant/alpha/courses").status_code == 404


def test_a_suspended_tenant_shows_a_plain_notice_and_no_visit_counts_as_an_error(client, alpha, caplog):
    move(alpha, "status", TenantStatus.SUSPENDED, by=None)
    routing.cache.clear()
    page = client.get("/alpha/")
    assert page.status_code == 503
    api = client.get("/api/tenant/alpha/courses")
    assert (api.status_code, api.json()["code"]) == (503, "tenant_suspended")
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_the_owner_of_a_suspended_tenant_signs_in_and_is_told_why(client_of, alpha):
    with tenant_context(alpha):
        owner = make.user("owner")
        student = make.user("student")
    suspend_tenant(tenant=alpha, by="a test", reason="The invoice of May is open.")
    for user, words in ((owner, "The invoice of May is open."), (student, "taking a break")):
        client = client_of(alpha)
        assert "/accounts/login/" in client.get("/").content.decode()
        assert client.get("/accounts/login/").status_code == 200
        answer = client.post("/accounts/login/", {"login": user.email, "password": make.PASSWORD}, follow=True)
        assert (answer.status_code, words in answer.content.decode()) == (503, True)
        for path in ("/", "/admin/", "/my/bookings/", "/accounts/email/", "/accounts/signup/"):
            assert client.get(path).status_code == 503
    assert "invoice" not in client_of(alpha).get("/").content.decode()
    resume_tenant(tenant=alpha, by="a test")
    assert client_of(alpha).get("/").status_code == 200


def test_a_domain_that_is_not_proven_yet_is_not_served(client, alpha):
    from shared_apps.tenants.models import Domain

    Domain.objects.create(domain="training.example.com", tenant=alpha)
    assert client.get("/", headers={"host": "training.example.com"}).status_code == 404


@pytest.mark.parametrize("on_host", [False, True])
def test_links_are_right_under_a_slug_and_on_a_host(client_of, alpha, on_host):
    page = client_of(alpha, on_host=on_host).get("/accounts/login/").content.decode()
    prefix = "" if on_host else "/alpha"
    assert f'href="{prefix}/accounts/password/reset/"' in page
    wrong = "/alpha/accounts" if on_host else 'href="/accounts'
    assert wrong not in page
