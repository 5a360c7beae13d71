"""What happens when a card is entered on the hosted page."""

from dataclasses import dataclass

from django.db import transaction

from shared_apps.core.types import JsonObject
from shared_apps.sandbox.clock import shown_to
from shared_apps.sandbox.models import StripeObject
from shared_apps.sandbox.stripe_api.cards import keep_card
from shared_apps.sandbox.stripe_api.checkout import expire_session
from shared_apps.sandbox.stripe_api.customers import new_customer
from shared_apps.sandbox.stripe_api.events import emit
from shared_apps.sandbox.stripe_api.intents import answer_challenge, attempt, new_intent


@dataclass(frozen=True, kw_only=True)
class Entry:
    """The fields of the card form."""

    number: str
    month: int
    year: int
    name: str
    email: str


def _locked(session_id: str) -> StripeObject:
    session = StripeObject.objects.select_for_update().get(pk=session_id, kind="checkout.session")
    if session.data["status"] == "open" and session.due_at and session.due_at <= shown_to(session.account):
        expire_session(session)
    return session


@transaction.atomic
def pay(session_id: str, entry: Entry) -> StripeObject:
    """Try the card once and return the session as it is then.

    The session's row is locked, so of two submits the second finds it complete and pays nothing.
    """
    session = _locked(session_id)
    if session.data["status"] != "open":
        return session
    intent = _intent_of(session)
    session.data["customer_details"] = {
        **(session.data["customer_details"] or {"phone": None, "address": None}),
        "email": session.data["customer_email"] or entry.email,
        "name": entry.name,
    }
    method = keep_card(
        session.account,
        entry.number,
        month=entry.month,
        year=entry.year,
        name=entry.name,
        email=session.data["customer_details"]["email"],
    )
    if attempt(intent, method) == "succeeded":
        _complete(session)
    else:
        session.save()
    return session


@transaction.atomic
def finish_challenge(intent_id: str, *, passed: bool) -> StripeObject:
    """Answer a 3-D Secure challenge and, when it was for a session, complete that. Returns the intent."""
    intent = StripeObject.objects.get(pk=intent_id, kind="payment_intent")
    if not intent.inner.get("session"):
        return answer_challenge(intent_id, passed=passed)
    session = _locked(intent.inner["session"])
    if session.data["status"] != "open":
        return StripeObject.objects.get(pk=intent_id)
    intent = answer_challenge(intent_id, passed=passed)
    if intent.data["status"] == "succeeded":
        _complete(session)
    return intent


def _intent_of(session: StripeObject) -> StripeObject:
    """Made at the first submit, as Checkout does."""
    if session.data["payment_intent"]:
        return StripeObject.objects.select_for_update().get(pk=session.data["payment_intent"])
    given: JsonObject = session.inner["payment_intent_data"]
    intent = new_intent(
        session.account,
        amount=session.data["amount_total"],
        currency=session.data["currency"],
        session=session.pk,
        **{"customer": session.data["customer"], **given},
    )
    session.data["payment_intent"] = intent.pk
    return intent


def _complete(session: StripeObject) -> None:
    wants_customer = session.data["customer_creation"] == "always"
    if not session.data["customer"] and (
        wants_customer or session.inner["payment_intent_data"].get("setup_future_usage")
    ):
        _make_customer(session)
    session.data.update(status="complete", payment_status="paid", url=None)
    session.due_at = None
    session.save()
    emit("checkout.session.completed", session)


def _make_customer(session: StripeObject) -> None:
    details = session.data["customer_details"]
    customer = new_customer(session.account, email=details["email"], name=details["name"])
    session.data["customer"] = customer.pk
    intent = StripeObject.objects.get(pk=session.data["payment_intent"])
    for id in (intent.pk, intent.data["latest_charge"], intent.data["payment_method"]):
        row = StripeObject.objects.get(pk=id)
        row.data["customer"] = customer.pk
        row.save()


def success_url(session: StripeObject) -> str:
    """Where the browser goes once paid."""
    return session.data["success_url"].replace("{CHECKOUT_SESSION_ID}", session.pk)
