"""Requests are refused as Stripe refuses them."""

import time

import pytest
import stripe

PRICE = "line_items[0][price_data]"


def refusal(call):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        call()
    return caught.value


@pytest.mark.parametrize(
    ("params", "param", "code"),
    [
        ({"custmer_email": "a@b.test"}, "custmer_email", "parameter_unknown"),
        ({"payment_method_types": ["card"]}, "payment_method_types", "parameter_unknown"),
        ({"payment_intent_data": {"descripton": "x"}}, "payment_intent_data[descripton]", "parameter_unknown"),
        ({"line_items": [{"price_dta": {"unit": "1"}}]}, "line_items[0][price_dta]", "parameter_unknown"),
        ({"line_items": [{"quantity": 1}]}, "line_items[0][price_data]", "parameter_missing"),
        ({"line_items": [{"quantity": "two", "price": "p"}]}, "line_items[0][quantity]", "parameter_invalid_integer"),
        ({"line_items": [{"price_data": {"unit_amount": 5}}]}, f"{PRICE}[currency]", "parameter_missing"),
        ({"line_items": "tea"}, "line_items", None),
        ({"mode": "pay"}, "mode", None),
        ({"metadata": "tea"}, "metadata", None),
        ({"metadata": {"k" * 41: "v"}}, f"metadata[{'k' * 41}]", None),
        ({"success_url": ""}, "success_url", "parameter_invalid_empty"),
        ({"customer": "cus_nobody", "customer_email": ""}, "customer_email", "parameter_invalid_empty"),
        ({"expires_at": int(time.time()) + 1700}, "expires_at", None),
        ({"expires_at": int(time.time()) + 90_000}, "expires_at", None),
        ({"mode": "subscription"}, "mode=subscription", "sandbox_not_simulated"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_refused_by_name(sdk, checkout, params, param, code):
    error = refusal(lambda: checkout(**params))
    assert (error.http_status, error.param, error.code) == (400, param, code)
    assert not sdk.v1.checkout.sessions.list().data


def test_a_misspelt_parameter_gets_a_suggestion(checkout):
    error = refusal(lambda: checkout(custmer_email="a@b.test"))
    assert error.user_message == "Received unknown parameter: custmer_email. Did you mean customer_email?"


def test_a_missing_parameter_is_named(sdk):
    error = refusal(lambda: sdk.v1.payment_intents.create(params={"amount": 500}))
    assert (error.param, error.code) == ("currency", "parameter_missing")


def test_a_query_is_checked_too(sdk):
    error = refusal(lambda: sdk.v1.events.list(params={"tpye": "charge.succeeded"}))
    assert error.param == "tpye"


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [(29, "gbp", "amount_too_small"), (100_000_000, "gbp", "amount_too_large"), (500, "zzz", "parameter_invalid")],
)
def test_impossible_amounts_are_refused(sdk, amount, currency, code):
    error = refusal(lambda: sdk.v1.payment_intents.create(params={"amount": amount, "currency": currency}))
    assert error.code == code
    assert not sdk.v1.payment_intents.list().data


def test_a_wrong_key_is_refused(sdk, settings):
    stranger = stripe.StripeClient("sk_test_somebody_else", base_addresses={"api": settings.STRIPE_API_BASE})
    with pytest.raises(stripe.AuthenticationError) as caught:
        stranger.v1.customers.list()
    assert caught.value.http_status == 401
    assert "somebody" not in caught.value.user_message


def test_what_is_not_there_is_a_404_that_names_it(sdk):
    error = refusal(lambda: sdk.v1.checkout.sessions.retrieve("cs_test_nothing"))
    assert (error.http_status, error.code, error.param) == (404, "resource_missing", "id")
    assert error.request_id.startswith("req_")


def test_an_address_that_stripe_has_not_is_a_404(sdk):
    error = refusal(lambda: sdk.raw_request("get", "/v1/checkout/sesions"))
    assert error.http_status == 404


def test_a_property_that_is_no_object_cannot_be_expanded(sdk, checkout):
    session = checkout()
    error = refusal(lambda: sdk.v1.checkout.sessions.retrieve(session.id, params={"expand": ["amount_total"]}))
    assert error.code == "property_cannot_be_expanded"
