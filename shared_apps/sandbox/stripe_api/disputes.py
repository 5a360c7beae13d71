"""Disputes: a bank wants a charge back. The money is out from the start, and comes back if it is won.

As in Stripe's test mode the evidence decides: the text `winning_evidence` wins, `losing_evidence` loses.
"""

from datetime import timedelta

from django.db import transaction

from shared_apps.core.types import JsonObject
from shared_apps.sandbox.models import StripeObject
from shared_apps.sandbox.stripe_api.errors import StripeError
from shared_apps.sandbox.stripe_api.events import emit
from shared_apps.sandbox.stripe_api.objects import Call, find, listing, make, unix_now

TIME_TO_ANSWER = int(timedelta(days=7).total_seconds())
VERDICTS = {"winning_evidence": "won", "losing_evidence": "lost"}


def open_dispute(charge: StripeObject) -> StripeObject:
    """The bank asks for all of `charge`, and takes it at once."""
    charge.data["disputed"] = True
    charge.save()
    dispute = make(
        "dispute",
        charge.account,
        {
            "amount": charge.data["amount"],
            "balance_transactions": [],
            "charge": charge.pk,
            "currency": charge.data["currency"],
            "evidence": {},
            "evidence_details": {"due_by": unix_now() + TIME_TO_ANSWER, "has_evidence": False, "past_due": False},
            "is_charge_refundable": False,
            "livemode": False,
            "metadata": {},
            "payment_intent": charge.data["payment_intent"],
            "reason": "fraudulent",
            "status": "needs_response",
        },
    )
    emit("charge.dispute.created", dispute)
    emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


@transaction.atomic
def decide(dispute_id: str, status: str) -> StripeObject:
    """The bank decides for the merchant (`won`) or the buyer (`lost`); what is decided stays so."""
    dispute = StripeObject.objects.select_for_update().get(pk=dispute_id, kind="dispute")
    if dispute.data["status"] in VERDICTS.values():
        return dispute
    dispute.data["status"] = status
    dispute.save()
    if status == "won":
        emit("charge.dispute.funds_reinstated", dispute)
    emit("charge.dispute.closed", dispute)
    return dispute


def retrieve(call: Call, id: str) -> JsonObject:
    return find("dispute", id, call.account).data


def list_disputes(call: Call) -> JsonObject:
    return listing(call, "dispute", **{name: call.params.get(name) for name in ("charge", "payment_intent")})


def update(call: Call, id: str) -> JsonObject:
    """Hand in evidence; the test texts decide at once."""
    dispute = find("dispute", id, call.account, lock=True)
    text = (call.params.get("evidence") or {}).get("uncategorized_text", "")
    return decide(dispute.pk, VERDICTS[text]).data if text in VERDICTS else dispute.data


def close(call: Call, id: str) -> JsonObject:
    """Give in: the buyer keeps the money."""
    dispute = find("dispute", id, call.account, lock=True)
    if dispute.data["status"] in VERDICTS.values():
        raise StripeError("This dispute is already closed.", code="parameter_invalid_empty")
    return decide(dispute.pk, "lost").data
