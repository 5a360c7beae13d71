"""Refunds, never above what was charged."""

import copy
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from shared_apps.core.types import JsonObject
from shared_apps.sandbox.models import StripeObject
from shared_apps.sandbox.stripe_api.cards import look_up
from shared_apps.sandbox.stripe_api.currencies import show
from shared_apps.sandbox.stripe_api.errors import StripeError, not_simulated
from shared_apps.sandbox.stripe_api.events import emit
from shared_apps.sandbox.stripe_api.objects import Call, find, listing, make, merge_metadata

A_WHILE = timedelta(minutes=2)  # that a slow card's refund takes
SIMULATED = {"amount", "charge", "expand", "metadata", "payment_intent", "reason", "refund_application_fee"}


def create(call: Call) -> JsonObject:
    """Give back all that is left of a charge, or `amount` of it. The charge's row is locked meanwhile."""
    given = call.params
    for name in sorted(given.keys() - SIMULATED):
        raise not_simulated(name)
    charge = _charge_of(call)
    left = charge.data["amount_captured"] - charge.data["amount_refunded"]
    if left == 0:
        raise StripeError(f"Charge {charge.pk} has already been refunded.", code="charge_already_refunded")
    amount = given.get("amount", left)
    if amount < 1:
        raise StripeError("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > left:
        currency = charge.data["currency"]
        part = "unrefunded amount on charge" if charge.data["amount_refunded"] else "charge amount"
        raise StripeError(
            f"Refund amount ({show(amount, currency)}) is greater than {part} ({show(left, currency)})", param="amount"
        )
    card = look_up(StripeObject.objects.get(pk=charge.data["payment_method"]).inner["number"])
    refund = _new_refund(call, charge, amount, status="pending" if card.refunds == "wait" else "succeeded")
    before = {name: charge.data[name] for name in ("amount_refunded", "refunded")}
    charge.data["amount_refunded"] += amount
    charge.data["refunded"] = charge.data["amount_refunded"] == charge.data["amount_captured"]
    charge.save()
    emit("refund.created", refund)
    emit("charge.refunded", charge, previous={k: v for k, v in before.items() if charge.data[k] != v})
    answer = copy.deepcopy(refund.data)
    if card.refunds == "fail":
        _come_back(refund, charge)
    elif card.refunds == "succeed":
        _reach_the_bank(refund)
    return answer


def _charge_of(call: Call) -> StripeObject:
    given = call.params
    if bool(given.get("charge")) == bool(given.get("payment_intent")):
        raise StripeError(
            "One of the following params should be provided for this request: payment_intent or charge.",
            code="parameter_missing",
        )
    id = given.get("charge")
    if not id:
        intent = find("payment_intent", given["payment_intent"], call.account, param="payment_intent")
        id = intent.data["latest_charge"] if intent.data["status"] == "succeeded" else None
        if not id:
            raise StripeError(
                f"This PaymentIntent ({intent.pk}) does not have a successful charge to refund.",
                code="payment_intent_unexpected_state",
            )
    charge = find("charge", id, call.account, param="charge", lock=True)
    if not charge.data["paid"]:
        raise StripeError("This charge did not succeed, so there is nothing to refund.", param="charge")
    return charge


def _new_refund(call: Call, charge: StripeObject, amount: int, *, status: str) -> StripeObject:
    return make(
        "refund",
        call.account,
        {
            "amount": amount,
            "balance_transaction": None,
            "charge": charge.pk,
            "currency": charge.data["currency"],
            "destination_details": {
                "card": {
                    "reference_status": "pending",
                    "reference_type": "acquirer_reference_number",
                    "type": "refund",
                },
                "type": "card",
            },
            "metadata": call.params.get("metadata") or {},
            "payment_intent": charge.data["payment_intent"],
            "reason": call.params.get("reason"),
            "receipt_number": None,
            "source_transfer_reversal": None,
            "status": status,
            "transfer_reversal": None,
        },
    )


def _reach_the_bank(refund: StripeObject) -> None:
    """The bank's reference comes a moment after the answer, told by `refund.updated`."""
    reference = "".join(secrets.choice("0123456789") for _ in range(23))
    refund.data["destination_details"]["card"].update(reference=reference, reference_status="available")
    refund.data["status"] = "succeeded"
    refund.save()
    emit("refund.updated", refund)


def _come_back(refund: StripeObject, charge: StripeObject) -> None:
    """The bank sends the money back a moment after the answer: it is the merchant's again."""
    refund.data.update(status="failed", failure_reason="expired_or_canceled_card")
    refund.data["destination_details"]["card"].update(reference_status="unavailable")
    refund.save()
    charge.data["amount_refunded"] -= refund.data["amount"]
    charge.data["refunded"] = False
    charge.save()
    emit("refund.updated", refund)
    emit("refund.failed", refund)


@transaction.atomic
def finish(refund_id: str, *, well: bool) -> None:
    """A refund that took a while ends, `well` or not; one that had ended can only fail."""
    refund = StripeObject.objects.select_for_update().get(pk=refund_id, kind="refund")
    charge = StripeObject.objects.select_for_update().get(pk=refund.data["charge"], kind="charge")
    if well and refund.data["status"] == "pending":
        _reach_the_bank(refund)
    elif not well and refund.data["status"] in ("pending", "succeeded"):
        _come_back(refund, charge)


def retrieve(call: Call, id: str) -> JsonObject:
    return find("refund", id, call.account).data


def update(call: Call, id: str) -> JsonObject:
    row = find("refund", id, call.account, lock=True)
    before = row.data["metadata"]
    row.data["metadata"] = merge_metadata(before, call.params.get("metadata"))
    row.save()
    emit("refund.updated", row, previous={"metadata": before})
    return row.data


def list_refunds(call: Call) -> JsonObject:
    slow = StripeObject.objects.filter(kind="refund", account=call.account, data__status="pending")
    for refund_id in slow.filter(made_at__lt=timezone.now() - A_WHILE).values_list("pk", flat=True)[:20]:
        finish(refund_id, well=True)
    return listing(call, "refund", **{name: call.params.get(name) for name in ("charge", "payment_intent")})
