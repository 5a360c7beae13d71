"""Checkout sessions: what is bought, by whom, until when, and where the browser goes next."""

from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction

from shared_apps.core.types import JsonObject
from shared_apps.sandbox.clock import shown_to
from shared_apps.sandbox.models import StripeObject
from shared_apps.sandbox.stripe_api.accounts import refuse_disabled
from shared_apps.sandbox.stripe_api.currencies import check_currency, check_total
from shared_apps.sandbox.stripe_api.errors import StripeError, missing_object, missing_param, not_simulated
from shared_apps.sandbox.stripe_api.events import emit
from shared_apps.sandbox.stripe_api.intents import CANCELABLE, cancel_intent
from shared_apps.sandbox.stripe_api.objects import Call, find, listing, make, merge_metadata, new_id

SOONEST, LATEST = 30 * 60, 24 * 3600  # seconds after creation that a session may expire
SIMULATED = {
    "allowed_payment_method_types", "billing_address_collection", "branding_settings", "cancel_url",
    "client_reference_id", "currency", "custom_text", "customer", "customer_creation", "customer_email", "expand",
    "expires_at", "line_items", "locale", "metadata", "mode", "payment_intent_data", "submit_type", "success_url",
    "ui_mode",
}  # fmt: skip
INTENT_DATA = {
    "application_fee_amount", "capture_method", "description", "metadata", "on_behalf_of", "receipt_email",
    "setup_future_usage", "statement_descriptor", "statement_descriptor_suffix", "transfer_group",
}  # fmt: skip


def create(call: Call) -> JsonObject:
    """An open session with a hosted page."""
    given = call.params
    _refuse_what_is_not_simulated(given)
    for name in ("mode", "line_items", "success_url"):
        if not given.get(name):
            raise missing_param(name)
    if given.get("customer") and given.get("customer_email"):
        raise StripeError("You may only specify one of these parameters: customer, customer_email.", param="customer")
    if given.get("customer"):
        find("customer", given["customer"], call.account, param="customer")
    refuse_disabled(call.account)
    now = int(shown_to(call.account).timestamp())
    expires_at = given.get("expires_at", now + LATEST)
    if expires_at < now + SOONEST:
        raise StripeError(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.", param="expires_at"
        )
    if expires_at > now + LATEST:
        raise StripeError(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.", param="expires_at"
        )
    items, currency = _line_items(given["line_items"])
    total = sum(item["amount_total"] for item in items)
    check_total(total, currency, "line_items", "The Checkout Session's total amount")
    if given.get("currency", currency).lower() != currency:
        raise StripeError("The currency must be the one of the line items.", param="currency")
    id = new_id("checkout.session")
    data = _session(given, id=id, total=total, currency=currency, created=now, expires_at=expires_at)
    row = make(
        "checkout.session",
        call.account,
        data,
        id=id,
        inner={"line_items": items, "payment_intent_data": given.get("payment_intent_data", {})},
        due_at=datetime.fromtimestamp(expires_at, UTC),
    )
    return row.data


def _refuse_what_is_not_simulated(given: JsonObject) -> None:
    for name in sorted(given.keys() - SIMULATED):
        raise not_simulated(name)
    for name in sorted(given.get("payment_intent_data", {}).keys() - INTENT_DATA):
        raise not_simulated(f"payment_intent_data[{name}]")
    for name, only in [("mode", "payment"), ("ui_mode", "hosted_page")]:
        if given.get(name, only) != only:
            raise not_simulated(f"{name}={given[name]}")
    if given.get("payment_intent_data", {}).get("capture_method") == "manual":
        raise not_simulated("payment_intent_data[capture_method]=manual")


def _line_items(given: list[JsonObject]) -> tuple[list[JsonObject], str]:
    items, currencies = [], []
    for index, line in enumerate(given):
        path = f"line_items[{index}]"
        if "price" in line:
            raise missing_object("price", line["price"], f"{path}[price]", 400)
        if "price_data" not in line:
            raise missing_param(f"{path}[price_data]")
        if "quantity" not in line:
            raise missing_param(f"{path}[quantity]")
        if line["quantity"] < 1:
            raise StripeError("This value must be greater than or equal to 1.", param=f"{path}[quantity]")
        price = line["price_data"]
        if "product_data" not in price:
            raise missing_param(f"{path}[price_data][product_data]")
        if "unit_amount" not in price:
            raise missing_param(f"{path}[price_data][unit_amount]")
        if price["unit_amount"] < 0:
            raise StripeError("Invalid non-negative integer", param=f"{path}[price_data][unit_amount]")
        currencies.append(check_currency(price["currency"], f"{path}[price_data][currency]"))
        items.append(_item(line, price, currencies[-1]))
    if len(set(currencies)) > 1:
        raise StripeError("All line items must have the same currency.", param="line_items")
    return items, currencies[0]


def _item(line: JsonObject, price: JsonObject, currency: str) -> JsonObject:
    amount = price["unit_amount"] * line["quantity"]
    return {
        "id": new_id("charge").replace("ch_", "li_"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": currency,
        "description": price["product_data"]["name"],
        "price": {
            "id": new_id("charge").replace("ch_", "price_"),
            "object": "price",
            "active": False,
            "currency": currency,
            "livemode": False,
            "product": new_id("charge").replace("ch_", "prod_"),
            "type": "one_time",
            "unit_amount": price["unit_amount"],
            "unit_amount_decimal": str(price["unit_amount"]),
        },
        "quantity": line["quantity"],
    }


def _session(given: JsonObject, *, id: str, total: int, currency: str, created: int, expires_at: int) -> JsonObject:
    email = given.get("customer_email")
    asked = {name: given.get(name) for name in ("billing_address_collection", "cancel_url", "client_reference_id")}
    return {
        **asked,
        "after_expiration": None,
        "allow_promotion_codes": None,
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "client_secret": None,
        "consent": None,
        "created": created,
        "currency": currency,
        "custom_fields": [],
        "custom_text": given.get("custom_text", {}),
        "customer": given.get("customer"),
        "customer_creation": given.get("customer_creation", "if_required"),
        "customer_details": {"email": email, "name": None, "phone": None, "address": None} if email else None,
        "customer_email": email,
        "discounts": [],
        "expires_at": expires_at,
        "invoice": None,
        "livemode": False,
        "locale": given.get("locale"),
        "metadata": given.get("metadata") or {},
        "mode": given["mode"],
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "setup_intent": None,
        "shipping_cost": None,
        "status": "open",
        "submit_type": given.get("submit_type"),
        "subscription": None,
        "success_url": given["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{settings.SANDBOX_PUBLIC_URL}/stripe/pay/{id}",
    }


def expire_session(row: StripeObject) -> None:
    """Close a locked, open session; what was tried through it is cancelled."""
    row.data.update(status="expired", url=None)
    row.due_at = None
    row.save()
    if row.data["payment_intent"]:
        intent = StripeObject.objects.select_for_update().get(pk=row.data["payment_intent"])
        if intent.data["status"] in CANCELABLE:
            cancel_intent(intent, "expired")
    emit("checkout.session.expired", row)


@transaction.atomic
def expire_due_sessions(*, only: str = "") -> int:
    """Expire sessions whose time has come (`only` this one, when given) and return how many."""
    rows = StripeObject.objects.select_for_update(skip_locked=not only).filter(due_at__isnull=False).order_by("due_at")
    waiting = list(rows.filter(pk=only) if only else rows[:200])
    shown = {account: shown_to(account) for account in {row.account for row in waiting}}
    due = [row for row in waiting if row.due_at and row.due_at <= shown[row.account]]
    for row in due:
        expire_session(row)
    return len(due)


def expire(call: Call, id: str) -> JsonObject:
    expire_due_sessions(only=id)
    row = find("checkout.session", id, call.account, lock=True)
    if row.data["status"] != "open":
        raise StripeError(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This one has a status of '
            f"`{row.data['status']}`.",
        )
    expire_session(row)
    return row.data


def retrieve(call: Call, id: str) -> JsonObject:
    expire_due_sessions(only=id)
    return find("checkout.session", id, call.account).data


def update(call: Call, id: str) -> JsonObject:
    for name in sorted(call.params.keys() - {"metadata", "expand"}):
        raise not_simulated(name)
    row = find("checkout.session", id, call.account, lock=True)
    row.data["metadata"] = merge_metadata(row.data["metadata"], call.params.get("metadata"))
    row.save()
    return row.data


def list_sessions(call: Call) -> JsonObject:
    expire_due_sessions()
    wanted = {name: call.params.get(name) for name in ("customer", "payment_intent", "status")}
    details = call.params.get("customer_details", {})
    return listing(call, "checkout.session", **wanted, customer_details__email=details.get("email"))


def list_line_items(call: Call, id: str) -> JsonObject:
    """All lines on one page; a session has a handful."""
    row = find("checkout.session", id, call.account)
    limit = call.params.get("limit", 10)
    items = row.inner["line_items"]
    return {"object": "list", "url": f"/v1/{call.path}", "has_more": len(items) > limit, "data": items[:limit]}
