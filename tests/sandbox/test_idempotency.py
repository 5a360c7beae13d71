"""A repeated call is answered again, never carried out again."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from shared_apps.sandbox.models import IdempotentCall, StripeObject


def test_the_same_key_and_parameters_give_the_stored_answer(sdk, checkout):
    first = checkout(key="order-1")
    again = checkout(key="order-1")
    assert again.id == first.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert len(sdk.v1.checkout.sessions.list().data) == 1


def test_the_same_key_with_other_parameters_is_an_error(sdk, checkout):
    checkout(key="order-1")
    with pytest.raises(stripe.IdempotencyError) as caught:
        checkout(key="order-1", amount=7000)
    assert caught.value.http_status == 400
    assert len(sdk.v1.checkout.sessions.list().data) == 1


def test_a_key_belongs_to_its_account(checkout, account):
    assert checkout(key="order-1").id != checkout(key="order-1", account=account).id


def test_a_refusal_by_parameters_leaves_the_key_free(checkout):
    with pytest.raises(stripe.InvalidRequestError):
        checkout(key="order-1", colour="red")
    assert checkout(key="order-1").status == "open"


def test_a_declined_card_stays_declined_under_its_key(sdk):
    params = {"amount": 500, "currency": "gbp", "payment_method": "pm_card_chargeDeclined", "confirm": True}
    for _ in range(2):
        with pytest.raises(stripe.CardError):
            sdk.v1.payment_intents.create(params=params, options={"idempotency_key": "balance-1"})
    assert len(sdk.v1.payment_intents.list().data) == 1


def test_sixty_calls_at_once_make_one_session(sdk, checkout):
    def attempt(_):
        try:
            return checkout(key="order-1").id
        except stripe.APIError as error:
            return error

    with ThreadPoolExecutor(60) as pool:
        answers = list(pool.map(attempt, range(60)))

    made = {answer for answer in answers if isinstance(answer, str)}
    refused = [answer for answer in answers if not isinstance(answer, str)]
    assert len(made) == 1
    assert {(error.http_status, error.json_body["error"]["code"]) for error in refused} <= {
        (409, "idempotency_key_in_use")
    }
    assert StripeObject.objects.filter(kind="checkout.session").count() == 1
    assert checkout(key="order-1").id in made


def test_a_call_that_is_still_running_is_a_conflict(sdk, checkout):
    checkout(key="order-1")
    IdempotentCall.objects.update(status=None)
    with pytest.raises(stripe.APIError) as caught:
        checkout(key="order-1")
    assert caught.value.http_status == 409
    assert len(sdk.v1.checkout.sessions.list().data) == 1


def test_a_call_whose_process_died_can_be_made_again(checkout):
    from datetime import timedelta

    from shared_apps.core.time import now

    first = checkout(key="order-1")
    IdempotentCall.objects.update(status=None, started_at=now() - timedelta(minutes=2))
    assert checkout(key="order-1").id != first.id


def test_an_answer_that_got_lost_is_found_again(sdk, checkout):
    from shared_apps.sandbox.switches import set_switches

    set_switches({"lost_answers": True, "calls_left": 1})
    with pytest.raises(stripe.APIError):
        checkout(key="order-1")

    session = checkout(key="order-1")

    assert session.last_response.headers["Idempotent-Replayed"] == "true"
    assert [each.id for each in sdk.v1.checkout.sessions.list().data] == [session.id]
