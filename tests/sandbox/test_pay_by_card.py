"""The hosted page, with every documented test card."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from shared_apps.sandbox.models import StripeObject


def types_of(sdk):
    return [event.type for event in reversed(sdk.v1.events.list(params={"limit": 50}).data)]


def test_a_good_card_completes_the_session_and_sends_the_payer_back(sdk, checkout, payer):
    session = checkout(client_reference_id="order-42", payment_intent_data={"metadata": {"order": "42"}})
    assert (session.status, session.payment_status, session.amount_total) == ("open", "unpaid", 12000)
    assert session.payment_intent is None

    answer = payer.pay(session.url)

    assert answer.status_code == 302
    assert answer.headers["Location"] == f"http://shop.test/done?session={session.id}"
    session = sdk.v1.checkout.sessions.retrieve(session.id, params={"expand": ["payment_intent.latest_charge"]})
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    assert session.client_reference_id == "order-42"
    assert session.customer_details.email == "ada@example.test"
    intent = session.payment_intent
    assert (intent.status, intent.amount_received, intent.metadata["order"]) == ("succeeded", 12000, "42")
    assert (intent.latest_charge.paid, intent.latest_charge.payment_method_details.card.last4) == (True, "4242")
    assert types_of(sdk) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]


@pytest.mark.parametrize(
    ("number", "code", "decline_code", "message"),
    [
        ("4000000000000002", "card_declined", "generic_decline", "Your card was declined."),
        ("4000000000009995", "card_declined", "insufficient_funds", "Your card has insufficient funds."),
        ("4000000000000069", "expired_card", "expired_card", "Your card has expired."),
        ("4000000000000127", "incorrect_cvc", "incorrect_cvc", "Your card&#x27;s security code is incorrect."),
        ("4000000000000119", "processing_error", "processing_error", "An error occurred while processing your card."),
        ("4012888888881881", "card_declined", "test_mode_live_card", "used a non test card"),
    ],
)
def test_a_declined_card_leaves_the_page_open_for_another(sdk, checkout, payer, number, code, decline_code, message):
    session = checkout()

    answer = payer.pay(session.url, number)

    assert answer.headers["Location"] in session.url
    assert message in payer.http.get(session.url).text
    session = sdk.v1.checkout.sessions.retrieve(session.id, params={"expand": ["payment_intent"]})
    assert (session.status, session.payment_status) == ("open", "unpaid")
    error = session.payment_intent.last_payment_error
    assert (error.type, error.code, error.decline_code) == ("card_error", code, decline_code)
    assert session.payment_intent.amount_received == 0
    assert "payment_intent.payment_failed" in types_of(sdk)

    payer.pay(session.url)

    paid = sdk.v1.checkout.sessions.retrieve(session.id, params={"expand": ["payment_intent"]})
    assert (paid.status, paid.payment_intent.id) == ("complete", session.payment_intent.id)
    assert paid.payment_intent.last_payment_error is None


def test_a_card_that_asks_for_3d_secure_pays_once_the_challenge_is_completed(sdk, checkout, payer, site):
    session = checkout()
    challenge = payer.pay(session.url, "4000000000003220").headers["Location"]
    session = sdk.v1.checkout.sessions.retrieve(session.id, params={"expand": ["payment_intent"]})
    assert (session.status, session.payment_intent.status) == ("open", "requires_action")
    assert session.payment_intent.next_action.redirect_to_url.url.endswith(challenge)

    answer = payer.post(site + challenge, answer="pass")

    assert answer.headers["Location"] == f"http://shop.test/done?session={session.id}"
    assert sdk.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert "payment_intent.requires_action" in types_of(sdk)


def test_a_failed_challenge_takes_nothing_and_leads_back_to_the_page(sdk, checkout, payer, site):
    session = checkout()
    challenge = payer.pay(session.url, "4000000000003220").headers["Location"]

    answer = payer.post(site + challenge, answer="fail")

    assert session.url.endswith(answer.headers["Location"])
    assert "unable to authenticate" in payer.http.get(session.url).text
    assert sdk.v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"
    assert types_of(sdk)[-1] == "payment_intent.payment_failed"
    assert not sdk.v1.charges.list().data


def test_twelve_submits_at_once_pay_once(sdk, checkout, payer):
    session = checkout()
    page = payer.http.get(session.url).text
    token = page.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    fields = {
        "number": "4242424242424242",
        "expiry": "12/34",
        "cvc": "123",
        "name": "Ada",
        "csrfmiddlewaretoken": token,
    }
    cookies = payer.http.cookies.get_dict()

    def submit(_):
        return requests.post(session.url, data=fields, cookies=cookies, timeout=30, allow_redirects=False)

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(submit, range(12)))

    assert {answer.headers["Location"] for answer in answers} == {f"http://shop.test/done?session={session.id}"}
    assert len(sdk.v1.charges.list().data) == 1
    assert types_of(sdk).count("checkout.session.completed") == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"number": "4242 4242 4242 4241"}, "Your card number is invalid."),
        ({"expiry": "12 / 20"}, "expiry date is in the past"),
        ({"expiry": "13 / 34"}, "Enter the expiry date as month and year"),
        ({"cvc": "12"}, "three or four digits"),
        ({"name": ""}, "Enter the name on the card."),
    ],
)
def test_a_mistyped_card_is_told_on_the_page_and_never_tried(sdk, checkout, payer, fields, sentence):
    session = checkout()
    answer = payer.pay(session.url, **fields)
    assert answer.status_code == 422
    assert sentence in answer.text.replace("&#x27;", "'")
    assert not sdk.v1.payment_intents.list().data


def test_the_page_asks_for_the_email_nobody_gave(sdk, payer):
    session = sdk.v1.checkout.sessions.create(
        params={
            "mode": "payment",
            "line_items": [
                {"price_data": {"currency": "jpy", "unit_amount": 500, "product_data": {"name": "Tea"}}, "quantity": 1}
            ],
            "success_url": "http://shop.test/done",
        }
    )
    assert "¥500" in payer.http.get(session.url).text.replace("JP¥", "¥")
    assert payer.pay(session.url).status_code == 422

    payer.pay(session.url, email="grace@example.test")

    session = sdk.v1.checkout.sessions.retrieve(session.id)
    assert (session.status, session.customer_details.email) == ("complete", "grace@example.test")


def test_the_page_says_what_it_is_and_who_is_paid(checkout, account, payer):
    page = payer.http.get(checkout(account=account).url)
    for words in [
        "Stand-in for Stripe",
        "test mode",
        "Pay Alpha Training",
        "£120.00",
        "Gas safety, one seat",
        "2 × £60",
    ]:
        assert words in " ".join(page.text.split())
    assert 'href="http://shop.test/back"' in page.text
    assert "no-store" in page.headers["Cache-Control"]


def test_a_test_card_can_be_chosen_instead_of_typed(checkout, payer):
    page = payer.http.get(checkout().url + "?card=4000000000009995").text
    assert 'value="4000 0000 0000 9995"' in page
    assert 'value="12 / 34"' in page


def test_an_expired_session_cannot_be_paid(sdk, checkout, payer):
    session = checkout()
    page = payer.http.get(session.url).text
    token = page.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    sdk.v1.checkout.sessions.expire(session.id)

    fields = {"number": "4242424242424242", "expiry": "12/34", "cvc": "123", "name": "A", "csrfmiddlewaretoken": token}
    answer = payer.http.post(session.url, data=fields)

    assert "This payment page has closed" in answer.text
    assert not sdk.v1.payment_intents.list().data
    assert StripeObject.objects.filter(kind="charge").count() == 0


def test_a_paid_session_shows_that_it_is_paid(checkout, payer):
    session = checkout()
    payer.pay(session.url)
    assert "This has been paid" in payer.http.get(session.url).text


def test_a_page_refuses_a_form_from_elsewhere(sdk, checkout):
    session = checkout()
    fields = {"number": "4242424242424242", "expiry": "12/34", "cvc": "123", "name": "Ada"}
    assert requests.post(session.url, data=fields, timeout=10).status_code == 403
    assert sdk.v1.checkout.sessions.retrieve(session.id).status == "open"
