"""Money goes back, and never more than came."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe


@pytest.fixture
def intent(sdk):
    """£50 that was paid."""
    params = {"amount": 5000, "currency": "gbp", "payment_method": "pm_card_visa", "confirm": True}
    return sdk.v1.payment_intents.create(params=params)


def test_parts_can_be_refunded_until_nothing_is_left(sdk, intent):
    first = sdk.v1.refunds.create(params={"payment_intent": intent.id, "amount": 2000, "metadata": {"why": "ill"}})
    assert (first.status, first.amount, first.metadata["why"]) == ("succeeded", 2000, "ill")
    charge = sdk.v1.charges.retrieve(intent.latest_charge)
    assert (charge.amount_refunded, charge.refunded) == (2000, False)

    rest = sdk.v1.refunds.create(params={"charge": intent.latest_charge})

    assert rest.amount == 3000
    charge = sdk.v1.charges.retrieve(intent.latest_charge)
    assert (charge.amount_refunded, charge.refunded) == (5000, True)
    listed = sdk.v1.refunds.list(params={"payment_intent": intent.id}).data
    assert [refund.id for refund in listed] == [rest.id, first.id]
    types = [event.type for event in sdk.v1.events.list(params={"types": ["refund.created", "charge.refunded"]}).data]
    assert sorted(types) == ["charge.refunded"] * 2 + ["refund.created"] * 2


@pytest.mark.parametrize(
    ("already", "params", "code"),
    [
        (0, {"amount": 5001}, None),
        (2000, {"amount": 3001}, None),
        (5000, {}, "charge_already_refunded"),
        (0, {"amount": 0}, "parameter_invalid_integer"),
        (0, {"amount": -5}, "parameter_invalid_integer"),
    ],
)
def test_more_than_is_left_is_refused(sdk, intent, already, params, code):
    if already:
        sdk.v1.refunds.create(params={"payment_intent": intent.id, "amount": already})
    with pytest.raises(stripe.InvalidRequestError) as caught:
        sdk.v1.refunds.create(params={"payment_intent": intent.id, **params})
    assert caught.value.code == code
    assert sdk.v1.charges.retrieve(intent.latest_charge).amount_refunded == already


def test_ten_refunds_at_once_give_back_what_was_paid_and_no_more(sdk, intent):
    def refund(_):
        try:
            return sdk.v1.refunds.create(params={"payment_intent": intent.id, "amount": 2000})
        except stripe.InvalidRequestError:
            return None

    with ThreadPoolExecutor(10) as pool:
        made = [each for each in pool.map(refund, range(10)) if each]

    assert len(made) == 2
    assert sdk.v1.charges.retrieve(intent.latest_charge).amount_refunded == 4000


def test_what_was_not_paid_cannot_be_refunded(sdk):
    intent = sdk.v1.payment_intents.create(params={"amount": 5000, "currency": "gbp"})
    with pytest.raises(stripe.InvalidRequestError) as caught:
        sdk.v1.refunds.create(params={"payment_intent": intent.id})
    assert caught.value.code == "payment_intent_unexpected_state"


def test_one_of_charge_and_payment_intent_is_needed(sdk, intent):
    for params in ({}, {"charge": intent.latest_charge, "payment_intent": intent.id}):
        with pytest.raises(stripe.InvalidRequestError):
            sdk.v1.refunds.create(params=params)
    assert not sdk.v1.refunds.list().data
