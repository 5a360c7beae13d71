import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from shared_apps.core.errors import IllegalMove
from shared_apps.tenants import services
from shared_apps.tenants.models import Domain, Tenant, TenantStatus

pytestmark = pytest.mark.django_db


def test_a_tenant_is_suspended_and_resumed_from_the_command_line(alpha, client_of, capsys):
    assert client_of(alpha).get("/").status_code == 200
    call_command("tenant_status", "suspend", "alpha")
    assert "alpha is suspended." in capsys.readouterr().out
    assert client_of(alpha).get("/").status_code == 503
    call_command("tenant_status", "resume", "alpha")
    assert client_of(alpha).get("/").status_code == 200


@pytest.mark.parametrize(("change", "slug"), [("suspend", "nobody"), ("resume", "alpha")])
def test_what_can_not_be_done_is_an_error_of_the_command(alpha, change, slug):
    with pytest.raises(CommandError):
        call_command("tenant_status", change, slug)
    assert Tenant.objects.get(slug="alpha").status == TenantStatus.ACTIVE


def test_who_suspends_twice_is_told_so_and_can_give_the_reason_then(alpha, capsys):
    call_command("tenant_status", "suspend", "alpha")
    with pytest.raises(CommandError, match=r"alpha is suspended already\."):
        call_command("tenant_status", "suspend", "alpha")
    call_command("tenant_status", "suspend", "alpha", reason="Bill unpaid")
    assert "alpha is suspended already. Its owner is told the new reason." in capsys.readouterr().out
    assert Tenant.objects.get(slug="alpha").suspended_reason == "Bill unpaid"
    call_command("tenant_status", "resume", "alpha")
    with pytest.raises(CommandError, match=r"alpha is active already\."):
        call_command("tenant_status", "resume", "alpha")


@pytest.mark.parametrize("change", ["suspend", "resume"])
def test_a_closed_tenant_is_said_to_be_closed(alpha, change):
    Tenant.objects.filter(pk=alpha.pk).update(status=TenantStatus.CLOSED)
    with pytest.raises(CommandError, match="alpha is closed and can't be made"):
        call_command("tenant_status", change, "alpha")


def test_a_closed_tenant_stays_closed(alpha):
    Tenant.objects.filter(pk=alpha.pk).update(status=TenantStatus.CLOSED)
    with pytest.raises(IllegalMove):
        services.resume_tenant(tenant=Tenant.objects.get(pk=alpha.pk), by="test")


def test_another_name_shows_on_the_next_page(alpha, client_of):
    assert b"Alpha Training" in client_of(alpha).get("/").content
    services.change_tenant(tenant=alpha, by="test", name="Alpha and Sons")
    page = client_of(alpha).get("/").content
    assert b"Alpha and Sons" in page
    assert b"Alpha Training" not in page


@pytest.mark.parametrize("fields", [{"slug": "gamma"}, {"schema_name": "t_beta"}, {"status": "closed"}])
def test_what_stays_for_ever_can_not_be_changed(alpha, fields):
    with pytest.raises(TypeError):
        services.change_tenant(tenant=alpha, by="test", **fields)
    row = Tenant.objects.get(pk=alpha.pk)
    assert (row.slug, row.schema_name, row.status) == ("alpha", "t_alpha", TenantStatus.ACTIVE)


def test_values_that_no_tenant_may_have_are_refused(alpha):
    with pytest.raises(ValidationError):
        services.change_tenant(tenant=alpha, by="test", name="x" * 121)
    assert Tenant.objects.get(pk=alpha.pk).name == "Alpha Training"


def test_a_new_domain_is_served_and_links_lead_there(alpha, client):
    services.add_domain(tenant=alpha, domain="courses.example.com", by="test", primary=True)
    services.add_domain(tenant=alpha, domain="Learn.Example.com", by="test", primary=True)
    assert client.get("/", headers={"host": "learn.example.com"}).status_code == 200
    assert Tenant.objects.get(pk=alpha.pk).base_url == "http://learn.example.com"


def test_a_domain_belongs_to_one_tenant(alpha, beta):
    services.add_domain(tenant=alpha, domain="courses.example.com", by="test")
    with pytest.raises(ValidationError):
        services.add_domain(tenant=beta, domain="COURSES.example.com", by="test", primary=True)
    assert Domain.objects.get(domain="courses.example.com").tenant_id == alpha.pk
