"""Connected accounts: the providers that take money through the platform."""

from django.conf import settings
from django.db import transaction

from shared_apps.core.types import JsonObject
from shared_apps.sandbox.models import StripeObject
from shared_apps.sandbox.stripe_api.currencies import check_currency
from shared_apps.sandbox.stripe_api.errors import StripeError, missing_param
from shared_apps.sandbox.stripe_api.events import emit
from shared_apps.sandbox.stripe_api.objects import Call, find, listing, make, merge_metadata, new_id, unix_now
from shared_apps.tenants.context import public_context

CURRENCIES = {"GB": "gbp", "KE": "kes", "US": "usd", "IE": "eur", "DE": "eur", "FR": "eur", "NL": "eur"}
TO_DO = ["business_profile.url", "external_account", "tos_acceptance.date", "tos_acceptance.ip"]


def _account(params: JsonObject, country: str, enabled: bool) -> JsonObject:
    profile = {
        "mcc": None,
        "name": None,
        "url": None,
        "support_email": None,
        "support_phone": None,
        "support_url": None,
    }
    due = [] if enabled else TO_DO
    requirements = {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": due,
        "disabled_reason": None if enabled else "requirements.past_due",
        "errors": [],
        "eventually_due": due,
        "past_due": due,
        "pending_verification": [],
    }
    state = "active" if enabled else "inactive"
    currency = params.get("default_currency") or CURRENCIES.get(country, "usd")
    return {
        "business_profile": {**profile, **params.get("business_profile", {})},
        "business_type": params.get("business_type"),
        "capabilities": {"card_payments": state, "transfers": state},
        "charges_enabled": enabled,
        "controller": params.get("controller"),
        "country": country,
        "default_currency": check_currency(currency, "default_currency"),
        "details_submitted": enabled,
        "email": params.get("email"),
        "external_accounts": {"object": "list", "data": [], "has_more": False, "url": ""},
        "future_requirements": requirements,
        "metadata": params.get("metadata") or {},
        "payouts_enabled": enabled,
        "requirements": requirements,
        "settings": {
            "dashboard": {"display_name": params.get("business_profile", {}).get("name"), "timezone": "Etc/UTC"}
        },
        "tos_acceptance": {"date": None, "ip": None, "user_agent": None},
        "type": params.get("type", "none" if params.get("controller") else "standard"),
    }


def create(call: Call) -> JsonObject:
    return make("account", "", _account(call.params, call.params.get("country", "US"), enabled=False)).data


def retrieve(call: Call, id: str) -> JsonObject:
    return find("account", id, "").data


def list_accounts(call: Call) -> JsonObject:
    return listing(call, "account")


def update(call: Call, id: str) -> JsonObject:
    """Change profile, email and metadata."""
    row = find("account", id, "", lock=True)
    before = dict(row.data)
    if "business_profile" in call.params:
        row.data["business_profile"] = {**row.data["business_profile"], **call.params["business_profile"]}
    if "email" in call.params:
        row.data["email"] = call.params["email"]
    row.data["metadata"] = merge_metadata(row.data["metadata"], call.params.get("metadata"))
    row.save()
    emit("account.updated", row, previous={k: v for k, v in before.items() if row.data[k] != v})
    return row.data


def create_link(call: Call) -> JsonObject:
    """A page where the account's owner would identify themselves; it works for five minutes."""
    row = find("account", call.params["account"], "", param="account", lock=True)
    for name in ("refresh_url", "return_url"):
        if name not in call.params:
            raise missing_param(name)
    key = new_id("charge").removeprefix("ch_")
    expires_at = unix_now() + 300
    row.inner["links"] = {
        key: {"until": expires_at, "return_url": call.params["return_url"], "refresh_url": call.params["refresh_url"]}
    }
    row.save()
    url = f"{settings.SANDBOX_PUBLIC_URL}/stripe/onboarding/{row.pk}/{key}"
    return {"object": "account_link", "created": unix_now(), "expires_at": expires_at, "url": url}


@transaction.atomic
def finish_onboarding(account_id: str) -> StripeObject:
    """What Stripe does once an owner is identified: charges and payouts are enabled."""
    row = find("account", account_id, "", lock=True)
    if not row.data["charges_enabled"]:
        before = {name: row.data[name] for name in ("charges_enabled", "payouts_enabled", "details_submitted")}
        enabled = _account(row.data, row.data["country"], enabled=True)
        kept = ("business_profile", "settings", "metadata", "type", "controller")
        row.data = {**row.data, **enabled, **{name: row.data[name] for name in kept}}
        row.inner.pop("links", None)
        row.save()
        emit("account.updated", row, previous=before)
    return row


def ensure_account(*, account_id: str, name: str, country: str, currency: str) -> str:
    """An enabled account with this very id, e.g. `acct_demo_bristol`; made when it is missing. For demo data and tests.

    Works from any tenant's context, because the stand-ins live in public.
    """
    with public_context(), transaction.atomic():
        params = {"business_profile": {"name": name}, "default_currency": currency, "type": "standard"}
        StripeObject.objects.get_or_create(
            pk=account_id,
            defaults={
                "kind": "account",
                "data": {
                    "id": account_id,
                    "object": "account",
                    "created": unix_now(),
                    **_account(params, country, enabled=True),
                },
            },
        )
    return account_id


def business_name(account: str) -> str:
    """What the payer is shown."""
    row = StripeObject.objects.filter(pk=account, kind="account").first() if account else None
    return (row and row.data["business_profile"]["name"]) or (row and row.data["email"]) or account or "Muster"


def refuse_disabled(account: str) -> None:
    """A connected account takes no money before its owner is identified."""
    row = StripeObject.objects.filter(pk=account, kind="account").first() if account else None
    if row and not row.data["charges_enabled"]:
        raise StripeError(
            "Your account cannot currently make charges. Finish onboarding the account first.",
            code="charge_not_allowed",
        )
