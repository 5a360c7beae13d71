"""The card payments' other side: what the stand-in for Stripe remembers of them, so that they can be refunded."""

import copy
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from shared_apps.core.money import to_minor
from shared_apps.sandbox.models import Mail, StripeObject
from shared_apps.sandbox.stripe_api import intents
from shared_apps.sandbox.stripe_api.accounts import ensure_account
from shared_apps.sandbox.stripe_api.objects import Call
from shared_apps.tenants.context import public_context
from shared_apps.tenants.schemas import schema_for
from tenant_apps.demo.builders.stories import CARD
from tenant_apps.demo.shapes import ProviderData
from tenant_apps.demo.stage import Stage
from tenant_apps.payments.models import Payment, PaymentStatus, Refund


def connect(data: ProviderData) -> str | None:
    """The account that takes this provider's cards; None where the stand-ins are off."""
    if not settings.SANDBOX:
        return None
    return ensure_account(account_id=data.account, name=data.name, country=data.country, currency=data.currency.lower())


def forget(data: ProviderData) -> None:
    """What the stand-ins know of the provider. To be called in public."""
    StripeObject.objects.filter(Q(account=data.account) | Q(pk=data.account)).delete()
    Mail.objects.filter(tenant=schema_for(data.slug)).delete()


def charge_cards(stage: Stage) -> None:
    """An intent and a charge for every card payment that arrived. One is made by the stand-in, the others after it."""
    paid = [
        row for row in stage.rows.get(Payment, []) if row.provider == CARD and row.status == PaymentStatus.COMPLETED
    ]
    if not settings.SANDBOX or not paid:
        return
    back: dict[UUID, int] = {}
    for refund in stage.rows.get(Refund, []):
        minor = to_minor(refund.amount, stage.tenant.currency)
        back[refund.payment_id] = back.get(refund.payment_id, 0) + minor
    with public_context():
        intent, charge = _pattern(stage)
        rows = [row for payment in paid for row in _like(stage, payment, intent, charge, back.get(payment.pk, 0))]
        StripeObject.objects.filter(account=stage.data.account, kind__in=["payment_intent", "charge", "event"]).delete()
        StripeObject.objects.bulk_create(rows)


def _pattern(stage: Stage) -> tuple[StripeObject, StripeObject]:
    params = {
        "amount": 100_00, "currency": stage.tenant.currency.lower(), "payment_method": "pm_card_visa", "confirm": True,
    }  # fmt: skip
    call = Call("POST", "payment_intents", "req_demo", account=stage.data.account, params=params)
    made = intents.create(call)
    intent = StripeObject.objects.get(pk=made["id"])
    return intent, StripeObject.objects.get(pk=intent.data["latest_charge"])


def _like(
    stage: Stage, payment: Payment, intent: StripeObject, charge: StripeObject, refunded: int
) -> list[StripeObject]:
    code = f"demo{stage.dice.getrandbits(80):020x}"
    amount = to_minor(payment.amount, payment.currency)
    payment.provider_transaction_id = f"pi_{code}"
    assert payment.completed_at is not None
    shared = {
        "amount": amount, "created": int(payment.completed_at.timestamp()),
        "description": f"Order {payment.order.number}",
        "metadata": {"payment_id": str(payment.pk), "tenant": stage.data.slug},
    }  # fmt: skip
    in_intent = {"id": f"pi_{code}", "amount_received": amount, "latest_charge": f"ch_{code}"}
    in_charge = {
        "id": f"ch_{code}", "amount_captured": amount, "payment_intent": f"pi_{code}", "amount_refunded": refunded,
        "refunded": refunded == amount,
    }  # fmt: skip
    rows = []
    for pattern, own in ((intent, in_intent), (charge, in_charge)):
        data = {**copy.deepcopy(pattern.data), **shared, **own}
        rows.append(
            StripeObject(
                id=str(own["id"]), kind=pattern.kind, account=pattern.account, data=data, inner=pattern.inner,
                made_at=payment.completed_at,
            )
        )  # fmt: skip
    return rows
