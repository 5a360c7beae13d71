"""An account at a payment provider belongs to one tenant, and a tenant is paid with one account at each provider."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from shared_apps.tenants import routing
from shared_apps.tenants.accounts import (
    account_at,
    connect_account,
    is_account_of,
    leave_account,
    mark_account,
    tenant_with,
)
from shared_apps.tenants.context import tenant_context
from shared_apps.tenants.errors import AccountTaken
from shared_apps.tenants.models import ProviderAccount, Tenant
from shared_apps.tenants.services import suspend_tenant
from tenant_apps.payments.models import Payment
from tests import make
from tests.support.accounts import account_of, pay_with

pytestmark = pytest.mark.django_db


def fresh(tenant):
    """The tenant as another process finds it."""
    return Tenant.objects.get(pk=tenant.pk)


def as_the_former_release_sees(tenant):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT stripe_account, former_stripe_accounts, stripe_disconnected_at IS NOT NULL"
            " FROM tenants_tenant WHERE id = %s",
            [tenant.pk],
        )
        return cursor.fetchone()


def the_former_release_writes(tenant, **columns):
    with connection.cursor() as cursor:
        names = ", ".join(f"{name} = %s" for name in columns)
        cursor.execute(f"UPDATE tenants_tenant SET {names} WHERE id = %s", [*columns.values(), tenant.pk])


def test_another_account_makes_the_one_before_a_former_one(alpha):
    pay_with(alpha, "acct_new")
    for one in (alpha, fresh(alpha)):
        assert account_of(one) == "acct_new"
        assert is_account_of(one, provider="stripe", account="acct_alpha")
    pay_with(alpha, "acct_alpha")
    assert account_of(fresh(alpha)) == "acct_alpha"
    assert alpha.accounts.count() == 2


def test_who_leaves_an_account_is_paid_with_none_and_still_hears_of_it(alpha):
    leave_account(tenant=alpha, provider="stripe", by=None)
    assert account_of(fresh(alpha)) is None
    assert tenant_with("stripe", "acct_alpha") == alpha


def test_an_account_of_another_tenant_is_refused(alpha, beta):
    with pytest.raises(AccountTaken) as refused:
        pay_with(beta, "acct_alpha")
    assert refused.value.holder == alpha
    assert (account_of(fresh(alpha)), account_of(fresh(beta))) == ("acct_alpha", "acct_beta")
    assert not is_account_of(beta, provider="stripe", account="acct_alpha")


def test_accounts_of_two_providers_may_be_called_alike(alpha, beta):
    connect_account(tenant=beta, provider="paystack", account="acct_alpha", by=None)
    assert tenant_with("paystack", "acct_alpha") == beta
    assert tenant_with("stripe", "acct_alpha") == alpha
    assert account_of(beta) == "acct_beta"


def test_a_former_account_stays_that_tenants_whose_payments_are_heard_of_by_it(alpha, beta):
    with tenant_context(alpha):
        Payment.objects.create(
            order=make.booking().order, provider="stripe", account="acct_alpha", purpose="full", amount=120,
            currency="GBP",
        )  # fmt: skip
    leave_account(tenant=alpha, provider="stripe", by=None)
    with pytest.raises(AccountTaken):
        connect_account(tenant=beta, provider="stripe", account="acct_alpha", by=None)
    assert tenant_with("stripe", "acct_alpha") == alpha
    connect_account(tenant=alpha, provider="stripe", account="acct_alpha", by=None)
    assert account_of(fresh(alpha)) == "acct_alpha"


def test_one_that_was_connected_by_mistake_and_never_paid_into_is_free_again(alpha, beta):
    connect_account(tenant=beta, provider="stripe", account="acct_typo", by=None)
    leave_account(tenant=beta, provider="stripe", by=None)
    connect_account(tenant=alpha, provider="stripe", account="acct_typo", by=None)
    assert tenant_with("stripe", "acct_typo") == alpha


def test_the_database_itself_allows_one_tenant_for_an_account_and_one_account_for_a_tenant(alpha, beta):
    for row in (
        {"tenant": beta, "account": "acct_alpha", "replaced_at": "2026-01-01T00:00Z"},
        {"tenant": beta, "account": "acct_second"},
        {"tenant": beta, "account": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ProviderAccount.objects.create(provider="stripe", **row)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_tenants_that_are_given_an_account_at_one_moment_one_has_it(alpha, beta, begin_behind):
    wanted, other_beta = {"provider": "paystack", "account": "wanted", "by": None}, fresh(beta)
    with transaction.atomic():
        connect_account(tenant=alpha, **wanted)
        other = begin_behind(lambda: connect_account(tenant=other_beta, **wanted))
    with pytest.raises(AccountTaken):
        other.result(20)
    assert tenant_with("paystack", "wanted") == alpha
    assert account_at("paystack", tenant=fresh(beta)) is None


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_who_takes_a_former_account_of_another_tenant_locks_the_two_in_one_order(alpha, beta, begin_behind):
    first, second = sorted([alpha, beta], key=lambda tenant: tenant.pk)
    pay_with(first, "acct_first")
    leave_account(tenant=first, provider="stripe", by=None)
    second = fresh(second)
    with transaction.atomic():
        Tenant.objects.select_for_update(no_key=True).get(pk=first.pk)
        taking = begin_behind(lambda: pay_with(second, "acct_first"))
        Tenant.objects.select_for_update(no_key=True, nowait=True).get(pk=second.pk)
    taking.result(20)
    assert account_of(fresh(second)) == "acct_first"


def test_who_had_an_account_before_is_told_that_it_is_anothers_now(alpha, beta):
    pay_with(beta, "acct_typo")
    leave_account(tenant=beta, provider="stripe", by=None)
    before = fresh(beta)
    assert is_account_of(before, provider="stripe", account="acct_typo")
    pay_with(alpha, "acct_typo")
    assert not is_account_of(fresh(beta), provider="stripe", account="acct_typo")
    assert routing.resolve("localhost", "/beta/").tenant.all_accounts == fresh(beta).all_accounts


def test_money_of_a_suspended_tenant_is_still_its_own(alpha):
    suspend_tenant(tenant=alpha, by="the operator")
    assert tenant_with("stripe", "acct_alpha") == alpha
    assert tenant_with("stripe", "acct_of_nobody") is None


def test_that_an_account_refuses_us_is_noted_once_and_of_the_present_one_alone(alpha):
    marked = {"tenant": alpha, "provider": "stripe", "disconnected_at": "2026-11-01T12:00Z"}
    assert mark_account(account="acct_alpha", **marked)
    assert not mark_account(account="acct_alpha", **marked)
    assert account_at("stripe", tenant=alpha).disconnected_at
    pay_with(alpha, "acct_new")
    assert not account_at("stripe", tenant=alpha).disconnected_at
    assert not mark_account(account="acct_alpha", **marked)


def test_whoever_asks_a_tenant_that_is_served_asks_no_further_query(alpha, settings):
    settings.TENANT_CACHE_SECONDS = 60
    served = routing.resolve("localhost", "/alpha/").tenant
    with tenant_context(served), CaptureQueriesContext(connection) as asked:
        assert account_of(served) == "acct_alpha"
        assert is_account_of(served, provider="stripe", account="acct_alpha")
    assert asked.captured_queries == []


def test_a_process_that_has_not_heard_of_another_account_finds_it(alpha, settings):
    settings.TENANT_CACHE_SECONDS = 0
    assert account_of(routing.resolve("localhost", "/alpha/").tenant) == "acct_alpha"
    ProviderAccount.objects.filter(tenant=alpha).update(account="acct_new")
    assert account_of(routing.resolve("localhost", "/alpha/").tenant) == "acct_new"
    ProviderAccount.objects.create(tenant=alpha, provider="paystack", account="1")
    assert account_at("paystack", tenant=routing.resolve("localhost", "/alpha/").tenant)


def test_what_this_release_writes_the_former_one_reads(alpha, beta):
    pay_with(alpha, "acct_new")
    assert as_the_former_release_sees(alpha) == ("acct_new", ["acct_alpha"], False)
    mark_account(tenant=alpha, provider="stripe", account="acct_new", disconnected_at="2026-11-01T12:00Z")
    assert as_the_former_release_sees(alpha) == ("acct_new", ["acct_alpha"], True)
    leave_account(tenant=alpha, provider="stripe", by=None)
    assert as_the_former_release_sees(alpha) == (None, ["acct_alpha", "acct_new"], False)
    pay_with(beta, "acct_second")
    assert as_the_former_release_sees(beta) == ("acct_second", ["acct_beta"], False)
    connect_account(tenant=alpha, provider="paystack", account="other", by=None)
    assert as_the_former_release_sees(alpha) == (None, ["acct_alpha", "acct_new"], False)


def test_what_the_former_release_writes_this_one_reads(alpha, beta):
    the_former_release_writes(alpha, stripe_disconnected_at="2026-11-01T12:00Z")
    assert account_at("stripe", tenant=fresh(alpha)).disconnected_at
    the_former_release_writes(
        alpha, stripe_account="acct_new", former_stripe_accounts=["acct_alpha"], stripe_disconnected_at=None
    )
    present = account_at("stripe", tenant=fresh(alpha))
    assert (present.account, present.disconnected_at) == ("acct_new", None)
    assert is_account_of(fresh(alpha), provider="stripe", account="acct_alpha")
    the_former_release_writes(alpha, stripe_account=None, former_stripe_accounts=["acct_alpha", "acct_new"])
    assert account_of(fresh(alpha)) is None
    the_former_release_writes(beta, stripe_account="acct_new", former_stripe_accounts=["acct_beta"])
    assert tenant_with("stripe", "acct_new") == beta
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenants_tenant (id, created_at, schema_name, name, slug, kind, status, country, time_zone,"
            " currency, locale, modules, stripe_account) SELECT gen_random_uuid(), now(), 't_gamma', 'Gamma', 'gamma',"
            " kind, status, country, time_zone, currency, locale, modules, 'acct_gamma' FROM tenants_tenant LIMIT 1"
        )
    assert tenant_with("stripe", "acct_gamma").slug == "gamma"


@pytest.mark.django_db(transaction=True)
def test_accounts_that_are_there_are_copied_and_whoever_has_one_now_keeps_it(alpha, beta):
    call_command("migrate", "tenants", "0006", verbosity=0)
    the_former_release_writes(alpha, stripe_account="acct_new", former_stripe_accounts=["acct_alpha", "acct_beta"])
    the_former_release_writes(beta, stripe_disconnected_at="2026-11-01T12:00Z")
    call_command("migrate", "tenants", verbosity=0)
    assert account_of(fresh(alpha)) == "acct_new"
    assert [one.account for one in fresh(alpha).all_accounts if one.replaced_at] == ["acct_alpha"]
    assert account_at("stripe", tenant=fresh(beta)).disconnected_at
    assert as_the_former_release_sees(beta) == ("acct_beta", [], True)
    pay_with(alpha, "acct_newest")
    assert as_the_former_release_sees(alpha) == ("acct_newest", ["acct_alpha", "acct_new"], False)
