"""Customers, intents, sessions, accounts and lists through the SDK."""

from datetime import timedelta

import pytest
import stripe

from shared_apps.core.time import now
from shared_apps.sandbox.models import StripeObject


def test_a_customer_is_created_changed_listed_and_deleted(sdk):
    ada = sdk.v1.customers.create(params={"email": "ada@example.test", "metadata": {"a": "1", "b": "2"}})
    sdk.v1.customers.create(params={"email": "grace@example.test"})
    ada = sdk.v1.customers.update(ada.id, params={"name": "Ada", "metadata": {"a": "", "c": "3"}})
    assert (ada.name, ada.metadata.to_dict()) == ("Ada", {"b": "2", "c": "3"})
    assert [each.id for each in sdk.v1.customers.list(params={"email": "ada@example.test"}).data] == [ada.id]

    assert sdk.v1.customers.delete(ada.id).deleted

    assert sdk.v1.customers.retrieve(ada.id).deleted
    assert [each.email for each in sdk.v1.customers.list().data] == ["grace@example.test"]


def test_lists_come_in_pages(sdk):
    made = [sdk.v1.customers.create(params={"name": str(number)}).id for number in range(7)]
    first = sdk.v1.customers.list(params={"limit": 3})
    assert ([each.id for each in first.data], first.has_more) == (made[:3:-1], True)
    assert [each.id for each in first.auto_paging_iter()] == made[::-1]
    before = sdk.v1.customers.list(params={"limit": 3, "ending_before": made[0]})
    assert [each.id for each in before.data] == made[3:0:-1]
    with pytest.raises(stripe.InvalidRequestError):
        sdk.v1.customers.list(params={"limit": 101})


def test_an_intent_is_confirmed_with_a_test_payment_method(sdk):
    intent = sdk.v1.payment_intents.create(params={"amount": 900, "currency": "JPY"})
    assert (intent.status, intent.currency) == ("requires_payment_method", "jpy")
    intent = sdk.v1.payment_intents.confirm(intent.id, params={"payment_method": "pm_card_visa"})
    assert (intent.status, intent.amount_received) == ("succeeded", 900)


def test_a_declined_confirmation_is_a_card_error_and_the_attempt_is_kept(sdk):
    intent = sdk.v1.payment_intents.create(params={"amount": 900, "currency": "gbp"})
    with pytest.raises(stripe.CardError) as caught:
        sdk.v1.payment_intents.confirm(
            intent.id, params={"payment_method": "pm_card_visa_chargeDeclinedInsufficientFunds"}
        )
    error = caught.value
    assert (error.http_status, error.code, error.error.decline_code) == (402, "card_declined", "insufficient_funds")
    intent = sdk.v1.payment_intents.retrieve(intent.id, params={"expand": ["latest_charge"]})
    assert (intent.status, intent.latest_charge.status) == ("requires_payment_method", "failed")


def test_the_balance_is_taken_later_from_the_card_that_paid_the_deposit(sdk, checkout, payer):
    session = checkout(payment_intent_data={"setup_future_usage": "off_session"})
    payer.pay(session.url)
    session = sdk.v1.checkout.sessions.retrieve(session.id, params={"expand": ["payment_intent"]})
    assert session.customer
    assert session.payment_intent.customer == session.customer

    balance = sdk.v1.payment_intents.create(
        params={
            "amount": 3000,
            "currency": "gbp",
            "customer": session.customer,
            "payment_method": session.payment_intent.payment_method,
            "off_session": True,
            "confirm": True,
        }
    )

    assert balance.status == "succeeded"


def test_an_absent_cardholder_cannot_authenticate(sdk):
    params = {"amount": 900, "currency": "gbp", "payment_method": "pm_card_threeDSecure2Required"}
    with pytest.raises(stripe.CardError) as caught:
        sdk.v1.payment_intents.create(params={**params, "confirm": True, "off_session": True})
    assert caught.value.code == "authentication_required"
    assert sdk.v1.payment_intents.list().data[0].status == "requires_payment_method"


def test_an_intent_is_cancelled_once(sdk):
    intent = sdk.v1.payment_intents.create(params={"amount": 900, "currency": "gbp"})
    assert sdk.v1.payment_intents.cancel(intent.id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError) as caught:
        sdk.v1.payment_intents.cancel(intent.id)
    assert caught.value.code == "payment_intent_unexpected_state"


def test_a_session_expires_when_its_time_has_come(sdk, checkout, payer):
    session = checkout(expires_at=int(now().timestamp()) + 1900)
    payer.pay(session.url, "4000000000000002")
    StripeObject.objects.filter(pk=session.id).update(due_at=now() - timedelta(seconds=1))

    session = sdk.v1.checkout.sessions.retrieve(session.id, params={"expand": ["payment_intent"]})

    assert (session.status, session.payment_status, session.url) == ("expired", "unpaid", None)
    assert session.payment_intent.status == "canceled"
    assert len(sdk.v1.events.list(params={"type": "checkout.session.expired"}).data) == 1
    with pytest.raises(stripe.InvalidRequestError):
        sdk.v1.checkout.sessions.expire(session.id)


def test_a_session_shows_its_lines(sdk, checkout):
    session = checkout()
    (line,) = sdk.v1.checkout.sessions.line_items.list(session.id).data
    assert (line.description, line.quantity, line.amount_total) == ("Gas safety, one seat", 2, 12000)
    expanded = sdk.v1.checkout.sessions.retrieve(session.id, params={"expand": ["line_items"]})
    assert expanded.line_items.data[0].price.unit_amount == 6000


def test_an_account_sees_its_own_things_only(sdk, checkout, account, payer):
    from shared_apps.sandbox.stripe_api.accounts import ensure_account

    other = ensure_account(account_id="acct_beta", name="Beta", country="KE", currency="kes")
    session = checkout(account=account)
    payer.pay(session.url)

    assert sdk.v1.checkout.sessions.retrieve(session.id, options={"stripe_account": account}).status == "complete"
    for options in ({}, {"stripe_account": other}):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            sdk.v1.checkout.sessions.retrieve(session.id, options=options)
        assert caught.value.http_status == 404
        assert not sdk.v1.charges.list(options=options).data
        assert not sdk.v1.events.list(options=options).data
    events = sdk.v1.events.list(options={"stripe_account": account}).data
    assert {event.account for event in events} == {account}


def test_an_unknown_account_is_forbidden(sdk):
    with pytest.raises(stripe.PermissionError) as caught:
        sdk.v1.customers.list(options={"stripe_account": "acct_nobody"})
    assert caught.value.http_status == 403


def test_a_new_account_takes_money_after_onboarding(sdk, checkout, payer):
    account = sdk.v1.accounts.create(
        params={"type": "standard", "country": "GB", "business_profile": {"name": "Gamma Training"}}
    )
    assert (account.charges_enabled, account.details_submitted) == (False, False)
    assert account.requirements.currently_due
    with pytest.raises(stripe.InvalidRequestError):
        checkout(account=account.id)
    link = sdk.v1.account_links.create(
        params={
            "account": account.id,
            "type": "account_onboarding",
            "return_url": "http://shop.test/return",
            "refresh_url": "http://shop.test/refresh",
        }
    )

    assert payer.post(link.url, answer="finish").headers["Location"] == "http://shop.test/return"

    account = sdk.v1.accounts.retrieve(account.id)
    assert (account.charges_enabled, account.payouts_enabled, account.requirements.currently_due) == (True, True, [])
    assert checkout(account=account.id).status == "open"
    told = sdk.v1.events.list(params={"type": "account.updated"}, options={"stripe_account": account.id}).data
    assert [event.data.previous_attributes["charges_enabled"] for event in told] == [False]
