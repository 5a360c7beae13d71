"""Payments on Stripe's own pages, with the account of each provider (Stripe Connect)."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import stripe
from django.conf import settings
from django.http import HttpRequest

from shared_apps.core.money import from_minor, to_minor
from shared_apps.core.time import now
from shared_apps.core.types import JsonObject
from shared_apps.tenants.context import current_tenant
from shared_apps.web.templatetags.muster import day as day_text
from tenant_apps.payments.models import DisputeStatus, Payment, Refund
from tenant_apps.payments.providers.base import (
    Begun,
    Concern,
    Disputed,
    Incoming,
    OnlineProvider,
    Outcome,
    Returned,
    Snapshot,
    Standing,
)
from tenant_apps.payments.providers.stripe import texts
from tenant_apps.payments.providers.stripe.client import client, options, refuse
from tenant_apps.payments.providers.stripe.signature import CLOCK_SKEW, genuine_event

SHORTEST_SESSION = timedelta(minutes=32)  # Stripe asks for 30 at least
LONGEST_SESSION = timedelta(hours=23, minutes=50)  # and 24 hours at most
CONCERNS = {
    "checkout.": Concern.PAYMENT,
    "payment_intent.": Concern.PAYMENT,
    "refund.": Concern.REFUND,
    "charge.refund": Concern.REFUND,
    "charge.dispute.": Concern.DISPUTE,
    "account.application.deauthorized": Concern.ACCOUNT,
}


class StripeCheckout(OnlineProvider):
    """Cards, paid on a page of Stripe, into the account of the tenant."""

    name = "stripe"
    label = texts.LABEL
    called = "Stripe"
    where_paid = texts.WHERE_PAID

    @property
    def is_set_up(self) -> bool:
        return bool(settings.STRIPE_SECRET_KEY)

    def standing(self) -> Standing:
        account = self.present_account
        if account is None:
            return Standing(texts.NOT_CONNECTED, "warning", texts.NO_ACCOUNT, texts.ASK_TO_CONNECT)
        if account.disconnected_at:
            why = texts.REFUSED_SINCE % day_text(account.disconnected_at)
            return Standing(texts.DISCONNECTED, "error", why, texts.LOOK_AT_STRIPE, account.account, refuses=True)
        if not self.is_set_up:
            return Standing(texts.NOT_USED, "warning", texts.NO_CARDS_YET, texts.ASK_FOR_CARDS, account.account)
        return Standing(texts.CONNECTED, "success", texts.HOW, account=account.account)

    def begin(self, payment: Payment, *, success_url: str, cancel_url: str) -> Begun:
        order, ids = payment.order, {"payment_id": str(payment.pk), "tenant": current_tenant().slug}
        params: stripe.params.checkout.SessionCreateParams = {
            "mode": "payment",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": payment.currency.lower(),
                        "unit_amount": to_minor(payment.amount, payment.currency),
                        "product_data": {"name": _title(payment)},
                    },
                }
            ],
            # An empty address is refused. Another one than was typed would tell a stranger who the buyer is.
            **({"customer_email": email} if (email := order.contact_email or order.buyer.email) else {}),
            "client_reference_id": str(payment.pk),
            "metadata": ids,
            "payment_intent_data": {"metadata": ids, "description": f"Order {order.number}"},
            "success_url": success_url,
            "cancel_url": cancel_url,
            "expires_at": _open_until(payment),
        }
        # A later try may carry other links or another end, which one key does not allow. A page whose answer
        # was lost is found by `find_pages`, or ends by itself.
        digest = hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()[:16]
        try:
            chosen = options(payment.account, f"payment-{payment.pk}-{digest}")
            session = client().v1.checkout.sessions.create(params, chosen)
        except stripe.StripeError as error:
            refuse(error, payment.account)
        return _begun(session)

    def look_up(self, payment: Payment) -> Snapshot:
        try:
            session = client().v1.checkout.sessions.retrieve(
                payment.provider_reference or "", {"expand": ["payment_intent"]}, options(payment.account)
            )
        except stripe.StripeError as error:
            refuse(error, payment.account)
        return _snapshot(session, payment)

    def close(self, payment: Payment) -> Snapshot:
        self.close_page(payment, payment.provider_reference or "")
        return self.look_up(payment)

    def close_page(self, payment: Payment, reference: str) -> None:
        try:
            client().v1.checkout.sessions.expire(reference, {}, options(payment.account))
        except stripe.InvalidRequestError:
            pass  # paid or expired already: looking it up tells which
        except stripe.StripeError as error:
            refuse(error, payment.account)

    def find_pages(self, payment: Payment) -> list[Begun]:
        since, chosen = int(payment.created_at.timestamp()) - CLOCK_SKEW, options(payment.account)
        try:
            # Sessions can't be searched by what is written on them; those of a few minutes are few.
            opened = client().v1.checkout.sessions.list({"created": {"gte": since}, "limit": 100}, chosen)
            return [_begun(one) for one in opened.auto_paging_iter() if one.client_reference_id == str(payment.pk)]
        except stripe.StripeError as error:
            refuse(error, payment.account)

    def refund(self, refund: Refund) -> Returned:
        payment = refund.payment
        # Stripe forgets an idempotency key after a day; a refund may be on its way for longer.
        if refund.attempts and (before := [one for one in self.refunds_of(payment) if one.key == refund.key]):
            return before[0]
        try:
            made = client().v1.refunds.create(
                {
                    "payment_intent": payment.provider_transaction_id,
                    "amount": to_minor(refund.amount, payment.currency),
                    "metadata": {"refund_id": refund.key, "tenant": current_tenant().slug},
                },
                options(payment.account, f"refund-{refund.key}"),
            )
        except stripe.InvalidRequestError as error:
            return Returned(reference="", done=False, failure_reason=error.user_message or str(error))
        except stripe.StripeError as error:
            refuse(error, payment.account)
        return _returned(made, payment)

    def refunds_of(self, payment: Payment) -> list[Returned]:
        try:
            made = client().v1.refunds.list(
                {"payment_intent": payment.provider_transaction_id, "limit": 100}, options(payment.account)
            )  # fmt: skip
        except stripe.StripeError as error:
            refuse(error, payment.account)
        return [_returned(one, payment) for one in made.data]

    def dispute_in(self, payment: Payment, incoming: JsonObject) -> Disputed:
        told = incoming["data"]["object"]
        try:
            found = client().v1.disputes.retrieve(told["id"], {}, options(payment.account)).to_dict()
        except stripe.InvalidRequestError:
            found = told  # signed by Stripe, and all there is to know
        except stripe.StripeError as error:
            refuse(error, payment.account)
        return _disputed(dict(found), payment)

    def check_account(self) -> None:
        try:
            client().v1.checkout.sessions.list({"limit": 1}, options(self.account))
        except stripe.StripeError as error:
            refuse(error, self.account)

    def verify(self, request: HttpRequest) -> Incoming:
        event = genuine_event(request)
        return Incoming(event["id"], event["type"], event.get("account") or "", event)

    def find_payment(self, incoming: JsonObject) -> Payment | None:
        thing = incoming["data"]["object"]
        payments = Payment.objects.filter(provider=self.name)
        if page := self.page_in(incoming):
            found = payments.filter(provider_reference=page).first()
        else:
            intent = thing["id"] if thing["object"] == "payment_intent" else thing.get("payment_intent")
            found = payments.filter(provider_transaction_id=intent).first() if intent else None
        ours = _uuid((thing.get("metadata") or {}).get("payment_id"))
        return found or (payments.filter(pk=ours).first() if ours else None)

    def page_in(self, incoming: JsonObject) -> str:
        thing = incoming["data"]["object"]
        return str(thing["id"]) if thing["object"] == "checkout.session" else ""

    def concern_of(self, kind: str) -> Concern:
        return next((concern for begins, concern in CONCERNS.items() if kind.startswith(begins)), Concern.NOTHING)


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def _begun(session: stripe.checkout.Session) -> Begun:
    return Begun(session.id, session.url or "", datetime.fromtimestamp(session.expires_at, UTC))


def _returned(made: stripe.Refund, payment: Payment) -> Returned:
    return Returned(
        made.id,
        {"succeeded": True, "failed": False, "canceled": False}.get(made.status or ""),
        texts.WHY_REFUNDS_FAIL.get(getattr(made, "failure_reason", None) or "", ""),
        amount=from_minor(made.amount, payment.currency),
        key=getattr(made.metadata, "refund_id", None) or "",
    )


def _snapshot(session: stripe.checkout.Session, payment: Payment) -> Snapshot:
    intent = session.payment_intent if not isinstance(session.payment_intent, str) else None
    error = getattr(intent, "last_payment_error", None)
    outcome = Outcome.OPEN
    if session.payment_status == "paid":
        outcome = Outcome.PAID
    elif session.status == "expired":
        outcome = Outcome.CANCELLED
    elif session.status == "complete" and getattr(intent, "status", "") in ("requires_payment_method", "canceled"):
        outcome = Outcome.FAILED  # a slow way of paying, such as a debit, that came to nothing in the end
    return Snapshot(
        outcome,
        amount=from_minor(session.amount_total or 0, payment.currency),
        currency=(session.currency or "").upper(),
        transaction_id=intent.id if intent else "",
        failure_reason=(error.message or error.code or "") if error else "",
        response={"session": session.id, "status": session.status, "payment_status": session.payment_status},
    )


def _open_until(payment: Payment) -> int:
    # In whole minutes, so that two tries at once ask for the same.
    this_minute = now().replace(second=0, microsecond=0)
    wanted = max(payment.expires_at or this_minute, this_minute + SHORTEST_SESSION)
    return int(min(wanted, this_minute + LONGEST_SESSION).timestamp())


def _title(payment: Payment) -> str:
    lines = ", ".join(line.description for line in payment.order.lines.standing())
    prefix = "" if payment.purpose == Payment.Purpose.FULL else f"{payment.get_purpose_display().capitalize()}: "
    return f"{prefix}{lines}"[:250]


def _disputed(dispute: JsonObject, payment: Payment) -> Disputed:
    status, due_by = str(dispute.get("status") or ""), (dispute.get("evidence_details") or {}).get("due_by")
    if status.startswith("warning") or status == "prevented":
        standing = DisputeStatus.INQUIRY  # nothing was taken
    else:
        standing = {"won": DisputeStatus.WON, "lost": DisputeStatus.LOST}.get(status, DisputeStatus.OPEN)
    minor = dispute.get("amount")
    return Disputed(
        dispute["id"],
        standing,
        from_minor(minor, payment.currency) if minor else payment.amount,
        reason=str(dispute.get("reason") or "").replace("_", " "),
        answer_by=datetime.fromtimestamp(due_by, UTC) if due_by else None,
    )
