"""Charges: one row per attempt to take money, paid or failed."""

from shared_apps.core.types import JsonObject
from shared_apps.sandbox.models import StripeObject
from shared_apps.sandbox.stripe_api.accounts import business_name
from shared_apps.sandbox.stripe_api.cards import Card
from shared_apps.sandbox.stripe_api.objects import Call, find, listing, make, new_id


def new_charge(intent: StripeObject, method: StripeObject, card: Card) -> StripeObject:
    """What one attempt on `intent` left behind, paid or failed."""
    paid = not card.code
    amount = intent.data["amount"]
    outcome = {
        "network_status": "approved_by_network" if paid else "declined_by_network",
        "reason": None if paid else card.decline_code,
        "risk_level": "normal",
        "seller_message": "Payment complete." if paid else "The bank did not return any further details.",
        "type": "authorized" if paid else "issuer_declined",
    }
    copied = ["application_fee_amount", "currency", "customer", "description", "metadata", "on_behalf_of"]
    copied += ["receipt_email", "statement_descriptor", "statement_descriptor_suffix", "transfer_group"]
    return make(
        "charge",
        intent.account,
        {
            **{name: intent.data[name] for name in copied},
            "amount": amount,
            "amount_captured": amount if paid else 0,
            "amount_refunded": 0,
            "application": None,
            "application_fee": None,
            "balance_transaction": new_id("charge").replace("ch_", "txn_") if paid else None,
            "billing_details": method.data["billing_details"],
            "calculated_statement_descriptor": business_name(intent.account)[:22].upper(),
            "captured": paid,
            "disputed": False,
            "failure_balance_transaction": None,
            "failure_code": card.code or None,
            "failure_message": card.message or None,
            "fraud_details": {},
            "livemode": False,
            "outcome": outcome,
            "paid": paid,
            "payment_intent": intent.pk,
            "payment_method": method.pk,
            "payment_method_details": {"card": method.data["card"], "type": "card"},
            "receipt_number": None,
            "receipt_url": None,
            "refunded": False,
            "review": None,
            "shipping": None,
            "status": "succeeded" if paid else "failed",
            "transfer_data": None,
        },
    )


def retrieve(call: Call, id: str) -> JsonObject:
    return find("charge", id, call.account).data


def list_charges(call: Call) -> JsonObject:
    wanted = {name: call.params.get(name) for name in ("customer", "payment_intent", "transfer_group")}
    return listing(call, "charge", **wanted)
