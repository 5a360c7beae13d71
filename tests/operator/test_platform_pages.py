import pytest
from django.utils import timezone

from shared_apps.accounts.services import create_user
from shared_apps.core.states import move
from shared_apps.events.models import Event
from shared_apps.tenants.accounts import mark_account
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.models import TenantStatus
from tenant_apps.messaging.models import Message
from tests.reports.test_run_what_failed_again import given_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator_client(client):
    client.force_login(
        create_user(email="op@muster.test", password="correct-horse-7", name="Op", roles=["operator"], verified=False)
    )
    session = client.session
    session["_tenant"] = "public"
    session.save()
    client.cookies["sessionid-muster"] = client.cookies.pop("sessionid").value
    return client


def test_the_platform_explains_itself_and_leads_to_its_demo_providers(client, alpha):
    page = client.get("/").content.decode()
    assert "Alpha Training" in page
    assert 'href="/alpha/"' in page
    assert "//alpha.localhost" in page
    assert "/sandbox/mail/" in page


def test_the_first_page_travels_packed(client, alpha):
    packed = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(client.get("/").content) / 2


def test_only_active_providers_are_shown(client, alpha, beta):
    with public_context():
        move(beta, "status", TenantStatus.SUSPENDED, by=None)
    page = client.get("/").content.decode()
    assert "Alpha Training" in page
    assert "Beta Academy" not in page


def test_outside_a_demonstration_nobodys_customers_are_listed(client, alpha, settings):
    settings.DEMO = settings.SANDBOX = False
    page = client.get("/").content.decode()
    assert "Alpha Training" not in page
    assert "Demo tools" not in page


@pytest.mark.parametrize("path", ["/operator/", "/operator/tenants/", "/operator/tenants/alpha/"])
def test_the_console_is_for_operators(client, path):
    assert client.get(path)["Location"].startswith("/accounts/login/")


def test_operators_see_every_provider_and_its_health(operator_client, alpha, beta):
    with public_context():
        move(beta, "status", TenantStatus.SUSPENDED, by=None)
    page = operator_client.get("/operator/tenants/").content.decode()
    assert "Alpha Training" in page
    assert "Beta Academy" in page
    only = operator_client.get("/operator/tenants/", {"status": "suspended", "q": "a"}).content.decode()
    assert "Beta Academy" in only
    assert "Alpha Training" not in only
    assert "All is well" in operator_client.get("/operator/tenants/alpha/").content.decode()
    assert operator_client.get("/operator/tenants/nobody/").status_code == 404


def test_whoever_wants_a_site_finds_whom_to_ask(client, settings):
    settings.CONTACT_EMAIL = "sites@muster.test"
    assert 'href="mailto:sites@muster.test?' in client.get("/start/").content.decode()
    closed = client.get("/accounts/signup/").content.decode()
    assert 'href="/#start"' in closed
    assert 'type="password"' not in closed


def test_a_platform_without_an_address_to_ask_shows_none(client, settings):
    settings.CONTACT_EMAIL = ""
    settings.DEMO = settings.SANDBOX = False
    page = client.get("/").content.decode()
    assert "mailto:" not in page
    assert 'href="/accounts/login/"' in page


def test_operators_see_it_of_every_provider(alpha, beta, operator_client):
    with tenant_context(beta):
        row = given_up()
    page = operator_client.get("/operator/undelivered/").content.decode()
    assert "Tell of confirmation" in page
    assert beta.name in page
    operator_client.post(f"/operator/undelivered/{beta.slug}/delivery/{row.pk}/again/")
    with tenant_context(beta):
        assert Message.objects.filter(kind="bookings/confirmed").count() == 1


def test_operators_leave_undone_what_a_provider_does_not_need(beta, operator_client):
    with tenant_context(beta):
        row = given_up()
    url = f"/operator/undelivered/{beta.slug}/delivery/{row.pk}/drop/"
    assert "Tell of confirmation" in operator_client.get(url).content.decode()
    assert operator_client.post(url, {"reason": "The provider rang them"}).status_code == 302
    assert operator_client.get(url).status_code == 404
    with tenant_context(beta):
        assert Event.objects.get(name="outbox.dropped").note == "The provider rang them"


def test_a_provider_whose_card_account_is_gone_is_not_called_well(operator_client, alpha):
    assert "All is well" in operator_client.get("/operator/tenants/alpha/").content.decode()
    assert mark_account(tenant=alpha, provider="stripe", account="acct_alpha", disconnected_at=timezone.now())
    page = operator_client.get("/operator/tenants/alpha/").content.decode()
    assert "Stripe refuses its account" in page
    assert "All is well" not in page
