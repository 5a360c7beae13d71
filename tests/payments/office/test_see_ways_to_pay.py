"""The settings page about money shows how each way to be paid stands, and what is chosen about it."""

import re

import pytest

from shared_apps.tenants.accounts import mark_account
from tenant_apps.payments.models import PaymentSettings
from tenant_apps.payments.providers import PROVIDERS
from tenant_apps.payments.providers.base import Provider, Standing
from tests import make
from tests.support.accounts import pay_with

pytestmark = pytest.mark.django_db
MONEY = "/admin/settings/money/"


@pytest.fixture
def owner(tenant, client_of):
    return client_of(tenant).sign_in(make.user("owner", password=""))


def part(page, name):
    """The words of the part of the page about the provider called `name`."""
    text = page.content.decode().partition(f'id="{name}"')[2].partition("</section>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_a_connected_account_is_named(owner, settings):
    settings.STRIPE_SECRET_KEY = "sk_test_1"
    shown = part(owner.get(MONEY), "stripe")
    assert "Card (Stripe) Connected" in shown
    assert "Account: acct_alpha" in shown


def test_one_that_refuses_us_says_since_when_and_what_to_do(owner, tenant):
    since = "2026-11-01T12:00Z"
    mark_account(tenant=tenant, provider="stripe", account="acct_alpha", disconnected_at=since)
    shown = part(owner.get(MONEY), "stripe")
    assert "Switched off Stripe has refused us since Sun 1 Nov 2026, so your site offers no cards" in shown
    assert "ask the people who run this platform to connect it again" in shown
    assert "acct_alpha" in shown


def test_where_none_is_connected_the_page_says_what_to_do(owner, tenant, settings):
    pay_with(tenant, None)
    shown = part(owner.get(MONEY), "stripe")
    assert "Not connected No card account is connected. Ask the people who run this platform to connect one." in shown
    pay_with(tenant, "acct_alpha")
    settings.STRIPE_SECRET_KEY = ""
    assert "this platform takes no cards yet" in part(owner.get(MONEY), "stripe")


def test_bank_transfers_are_chosen_in_their_own_part(owner):
    assert "Not taken" in part(owner.get(MONEY), "bank_transfer")
    assert owner.post(MONEY, {"takes_bank_transfer": "on"}).status_code == 302
    assert "Bank transfer Taken" in part(owner.get(MONEY), "bank_transfer")
    assert "Cash Taken" in part(owner.get(MONEY), "cash")


def test_what_two_people_change_in_two_parts_is_kept_of_both(owner):
    page = owner.get(MONEY).content.decode().replace("&quot;", '"')
    names = re.findall(r'name="(shown-[^"]+)"\s+value="(\{[^}]*\})"', page)
    assert len(names) == 2
    PaymentSettings.objects.update(vat_number="GB 999")
    sent = {**dict(names), "takes_bank_transfer": "on", "vat_number": ""}
    assert owner.post(MONEY, sent).status_code == 302
    chosen = PaymentSettings.objects.load()
    assert (chosen.takes_bank_transfer, chosen.vat_number) == (True, "GB 999")


def test_a_field_that_can_not_be_used_is_named_and_nothing_is_saved(owner):
    answer = owner.post(MONEY, {"takes_bank_transfer": "on", "vat_number": "9" * 21})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert page.count("There is a problem") == 1
    assert re.search(r"<title>\s*Error:", page)
    assert not PaymentSettings.objects.load().takes_bank_transfer


def test_another_provider_is_shown_without_a_change_of_the_page(owner, monkeypatch):
    class Cheque(Provider):
        name = "cheque"
        label = "Cheque"

        def standing(self):
            return Standing("By post", "warning", "Cheques take days.", "Send them on.")

    monkeypatch.setitem(PROVIDERS, "cheque", Cheque())
    assert "Cheque By post Cheques take days. Send them on." in part(owner.get(MONEY), "cheque")
