"""Payment intents: what is to be paid, and every attempt to."""

from django.conf import settings
from django.db import transaction

from shared_apps.core.types import JsonObject
from shared_apps.sandbox.models import StripeObject
from shared_apps.sandbox.stripe_api.accounts import refuse_disabled
from shared_apps.sandbox.stripe_api.cards import Card, find_method, look_up
from shared_apps.sandbox.stripe_api.charges import new_charge
from shared_apps.sandbox.stripe_api.currencies import check_currency, check_total
from shared_apps.sandbox.stripe_api.disputes import open_dispute
from shared_apps.sandbox.stripe_api.errors import StripeError, not_simulated
from shared_apps.sandbox.stripe_api.events import emit
from shared_apps.sandbox.stripe_api.objects import Call, find, listing, make, merge_metadata, new_id, unix_now

SIMULATED = {
    "amount", "application_fee_amount", "automatic_payment_methods", "capture_method", "confirm", "currency",
    "customer", "description", "expand", "metadata", "off_session", "payment_method", "receipt_email", "return_url",
    "setup_future_usage", "statement_descriptor", "statement_descriptor_suffix", "transfer_group",
}  # fmt: skip
UNEXPECTED = "payment_intent_unexpected_state"
CANCELABLE = {"requires_payment_method", "requires_confirmation", "requires_action", "requires_capture", "processing"}
AUTHENTICATION_FAILED = {
    "code": "payment_intent_authentication_failure",
    "message": (
        "We are unable to authenticate your payment method. Please choose a different payment method and try again."
    ),
    "type": "invalid_request_error",
}


def new_intent(account: str, *, amount: int, currency: str, session: str = "", **given: object) -> StripeObject:
    """A payment intent that waits for a payment method. `session` is the checkout session it is paid through."""
    id = new_id("payment_intent")
    row = make(
        "payment_intent",
        account,
        {
            "amount": amount,
            "amount_capturable": 0,
            "amount_details": {"tip": {}},
            "amount_received": 0,
            "application": None,
            "application_fee_amount": given.get("application_fee_amount"),
            "automatic_payment_methods": given.get("automatic_payment_methods"),
            "canceled_at": None,
            "cancellation_reason": None,
            "capture_method": "automatic_async",
            "client_secret": f"{id}_secret_{new_id('charge')[3:]}",
            "confirmation_method": "automatic",
            "currency": currency,
            "customer": given.get("customer"),
            "description": given.get("description"),
            "last_payment_error": None,
            "latest_charge": None,
            "livemode": False,
            "metadata": given.get("metadata") or {},
            "next_action": None,
            "on_behalf_of": given.get("on_behalf_of"),
            "payment_method": None,
            "payment_method_types": ["card"],
            "processing": None,
            "receipt_email": given.get("receipt_email"),
            "review": None,
            "setup_future_usage": given.get("setup_future_usage"),
            "shipping": None,
            "statement_descriptor": given.get("statement_descriptor"),
            "statement_descriptor_suffix": given.get("statement_descriptor_suffix"),
            "status": "requires_payment_method",
            "transfer_data": None,
            "transfer_group": given.get("transfer_group"),
        },
        id=id,
        inner={"session": session},
    )
    emit("payment_intent.created", row)
    return row


def attempt(intent: StripeObject, method: StripeObject, *, return_url: str | None = None) -> str:
    """Try to take the money of a locked intent from a card, and return the intent's new status.

    `succeeded`, `requires_action` (a 3-D Secure challenge waits) or `requires_payment_method` (declined).
    """
    card = look_up(method.inner["number"])
    intent.data["payment_method"] = method.pk
    if not card.challenge:
        return _charge(intent, method, card)
    intent.inner["return_url"] = return_url
    url = f"{settings.SANDBOX_PUBLIC_URL}/stripe/challenge/{intent.pk}"
    intent.data.update(
        status="requires_action",
        last_payment_error=None,
        next_action={"type": "redirect_to_url", "redirect_to_url": {"return_url": return_url, "url": url}},
    )
    intent.save()
    emit("payment_intent.requires_action", intent)
    return "requires_action"


@transaction.atomic
def answer_challenge(intent_id: str, *, passed: bool) -> StripeObject:
    """The cardholder proved who they are, or did not. Anything but a waiting challenge is left alone."""
    intent = StripeObject.objects.select_for_update().get(pk=intent_id, kind="payment_intent")
    if intent.data["status"] != "requires_action":
        return intent
    method = StripeObject.objects.get(pk=intent.data["payment_method"])
    if passed:
        _charge(intent, method, Card(method.inner["number"], ""))
        return intent
    _refused(intent, {**AUTHENTICATION_FAILED, "payment_method": method.data})
    return intent


def _charge(intent: StripeObject, method: StripeObject, card: Card) -> str:
    charge = new_charge(intent, method, card)
    intent.data.update(latest_charge=charge.pk, next_action=None)
    if card.code:
        emit("charge.failed", charge)
        _refused(
            intent,
            {
                "charge": charge.pk,
                "code": card.code,
                "decline_code": card.decline_code,
                "message": card.message,
                "payment_method": method.data,
                "type": "card_error",
            },
        )
        return "requires_payment_method"
    intent.data.update(status="succeeded", amount_received=intent.data["amount"], last_payment_error=None)
    intent.save()
    if intent.data["customer"] and intent.data["setup_future_usage"]:
        method.data["customer"] = intent.data["customer"]
        method.save()
    emit("charge.succeeded", charge)
    emit("payment_intent.succeeded", intent)
    if card.disputed:
        open_dispute(charge)
    return "succeeded"


def _refused(intent: StripeObject, error: JsonObject) -> None:
    intent.data.update(
        status="requires_payment_method", last_payment_error=error, next_action=None, payment_method=None
    )
    intent.save()
    emit("payment_intent.payment_failed", intent)


def create(call: Call) -> JsonObject:
    given = call.params
    for name in sorted(given.keys() - SIMULATED):
        raise not_simulated(name)
    if given.get("capture_method") == "manual":
        raise not_simulated("capture_method=manual")
    if "off_session" in given and not given.get("confirm"):
        raise StripeError("You can only set `off_session` when `confirm` is true.", param="off_session")
    currency = check_currency(given["currency"], "currency")
    check_total(given["amount"], currency, "amount")
    refuse_disabled(call.account)
    if given.get("customer"):
        find("customer", given["customer"], call.account, param="customer")
    others = {name: value for name, value in given.items() if name not in ("amount", "currency")}
    if "automatic_payment_methods" not in others:
        others["automatic_payment_methods"] = {"enabled": True, "allow_redirects": "always"}
    row = new_intent(call.account, amount=given["amount"], currency=currency, **others)
    if given.get("payment_method"):
        row.data.update(
            payment_method=find_method(given["payment_method"], call.account).pk, status="requires_confirmation"
        )
        row.save()
    if given.get("confirm"):
        _confirm(row, given)
    return row.data


def confirm(call: Call, id: str) -> JsonObject:
    for name in sorted(call.params.keys() - SIMULATED):
        raise not_simulated(name)
    row = find("payment_intent", id, call.account, lock=True)
    if row.inner.get("session"):
        raise StripeError("A PaymentIntent of a Checkout Session is confirmed by Checkout only.", code=UNEXPECTED)
    _confirm(row, call.params)
    return row.data


def _confirm(row: StripeObject, given: JsonObject) -> None:
    if row.data["status"] not in ("requires_payment_method", "requires_confirmation", "requires_action"):
        raise StripeError(
            f"You cannot confirm this PaymentIntent because it has a status of {row.data['status']}.",
            code=UNEXPECTED,
            payment_intent=row.data,
        )
    method_id = given.get("payment_method") or row.data["payment_method"]
    if not method_id:
        raise StripeError(
            "You cannot confirm this PaymentIntent because it's missing a payment method. Update the PaymentIntent "
            "with a payment method and then confirm it again.",
            code=UNEXPECTED,
            payment_intent=row.data,
        )
    method = find_method(method_id, row.account)
    if given.get("off_session") and look_up(method.inner["number"]).challenge:
        _needs_the_cardholder(row, method)
    if attempt(row, method, return_url=given.get("return_url")) == "requires_payment_method":
        error = row.data["last_payment_error"]
        more = {name: error[name] for name in ("charge", "decline_code") if error.get(name)}
        raise StripeError(
            error["message"],
            status=402,
            type="card_error",
            code=error["code"],
            keep=True,
            payment_intent=row.data,
            payment_method=method.data,
            **more,
        )


def _needs_the_cardholder(row: StripeObject, method: StripeObject) -> None:
    message = "Your card was declined. This transaction requires authentication."
    error = {"code": "authentication_required", "decline_code": "authentication_required", "message": message}
    _refused(row, {**error, "payment_method": method.data, "type": "card_error"})
    raise StripeError(
        message,
        status=402,
        type="card_error",
        code="authentication_required",
        keep=True,
        decline_code="authentication_required",
        payment_intent=row.data,
        payment_method=method.data,
    )


def cancel_intent(row: StripeObject, reason: str | None) -> None:
    """Cancel a locked intent that can still be cancelled."""
    if row.data["status"] not in CANCELABLE:
        raise StripeError(
            f"You cannot cancel this PaymentIntent because it has a status of {row.data['status']}.",
            code=UNEXPECTED,
            payment_intent=row.data,
        )
    row.data.update(status="canceled", canceled_at=unix_now(), cancellation_reason=reason, next_action=None)
    row.save()
    emit("payment_intent.canceled", row)


def cancel(call: Call, id: str) -> JsonObject:
    row = find("payment_intent", id, call.account, lock=True)
    if row.inner.get("session"):
        raise StripeError(
            "You cannot cancel the PaymentIntent of a Checkout Session. Expire the Checkout Session instead.",
            code=UNEXPECTED,
        )
    cancel_intent(row, call.params.get("cancellation_reason"))
    return row.data


def update(call: Call, id: str) -> JsonObject:
    """Description, receipt address and metadata; the rest of an intent is fixed here."""
    for name in sorted(call.params.keys() - {"description", "receipt_email", "metadata", "expand"}):
        raise not_simulated(name)
    row = find("payment_intent", id, call.account, lock=True)
    for name in ("description", "receipt_email"):
        if name in call.params:
            row.data[name] = call.params[name] or None
    row.data["metadata"] = merge_metadata(row.data["metadata"], call.params.get("metadata"))
    row.save()
    return row.data


def retrieve(call: Call, id: str) -> JsonObject:
    return find("payment_intent", id, call.account).data


def list_intents(call: Call) -> JsonObject:
    return listing(call, "payment_intent", customer=call.params.get("customer"))
