"""Customers: people who pay, remembered by an account."""

from shared_apps.core.types import JsonObject
from shared_apps.sandbox.models import StripeObject
from shared_apps.sandbox.stripe_api.errors import not_simulated
from shared_apps.sandbox.stripe_api.events import emit
from shared_apps.sandbox.stripe_api.objects import Call, find, listing, make, merge_metadata

FIELDS = ["address", "description", "email", "name", "phone", "preferred_locales", "shipping"]
OTHERS = {"metadata", "expand"}


def _refuse_unsimulated(params: JsonObject) -> None:
    for name in params.keys() - set(FIELDS) - OTHERS:
        raise not_simulated(name)


def new_customer(account: str, **given: object) -> StripeObject:
    """A stored customer, and the event."""
    row = make(
        "customer",
        account,
        {
            **{name: given.get(name) or ([] if name == "preferred_locales" else None) for name in FIELDS},
            "balance": 0,
            "currency": None,
            "default_source": None,
            "delinquent": False,
            "discount": None,
            "invoice_settings": {"custom_fields": None, "default_payment_method": None, "footer": None},
            "livemode": False,
            "metadata": given.get("metadata") or {},
            "tax_exempt": "none",
            "test_clock": None,
        },
    )
    emit("customer.created", row)
    return row


def create(call: Call) -> JsonObject:
    _refuse_unsimulated(call.params)
    return new_customer(call.account, **call.params).data


def retrieve(call: Call, id: str) -> JsonObject:
    """A deleted customer answers with `deleted: true` and nothing else, as Stripe's do."""
    row = find("customer", id, call.account)
    return _tombstone(id) if row.inner.get("deleted") else row.data


def update(call: Call, id: str) -> JsonObject:
    _refuse_unsimulated(call.params)
    row = find("customer", id, call.account, lock=True)
    for name in FIELDS:
        if name in call.params:
            row.data[name] = call.params[name] or None
    row.data["metadata"] = merge_metadata(row.data["metadata"], call.params.get("metadata"))
    row.save()
    return row.data


def delete(call: Call, id: str) -> JsonObject:
    row = find("customer", id, call.account, lock=True)
    row.kind, row.inner = "customer", {"deleted": True}
    row.data = {**row.data, "deleted": True}
    row.save()
    return _tombstone(id)


def list_customers(call: Call) -> JsonObject:
    return listing(call, "customer", email=call.params.get("email"), deleted__isnull=True)


def _tombstone(id: str) -> JsonObject:
    return {"id": id, "object": "customer", "deleted": True}
