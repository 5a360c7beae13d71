"""Our client for Twilio against its stand-in: SMS and WhatsApp, and what becomes of them."""

import pytest
import requests

from shared_apps.sandbox.messages.accounts import TEMPLATES, ensure_account, twilio_of
from shared_apps.sandbox.messages.calls import work
from shared_apps.sandbox.messages.texts import answer
from shared_apps.sandbox.models import Fate, OutgoingCall, Telephone, TextMessage
from shared_apps.sandbox.switches import set_switches
from shared_apps.tenants.context import public_context
from tenant_apps.messaging.channels.errors import ChannelAway, ChannelDisconnected, ChannelRefused
from tenant_apps.messaging.channels.twilio.client import (
    TwilioAccount,
    check_account,
    is_signed,
    read_callback,
    send,
)

ADA = "+447700900123"
NOTICE = next(iter(TEMPLATES))


@pytest.fixture
def account(site, alpha):
    details = twilio_of(alpha.slug)
    return TwilioAccount(details.sid, details.token, details.number)


@pytest.fixture
def person(account, alpha):
    """`person("STOP")`: Ada answers, by SMS or WhatsApp."""

    def writes(body, way="sms", number=ADA):
        with public_context():
            telephone, _ = Telephone.objects.get_or_create(number=number)
            answer(telephone, ensure_account("twilio", alpha.slug, alpha.name), way, body)

    return writes


def test_a_text_arrives_and_its_sender_is_told_each_step_with_a_signature(account, hearing, after_a_while):
    url = f"{hearing.url}/told?notice=1"
    sent = send(account, to=ADA, body="Your course begins at 9.", callback=url)
    assert sent.status == "queued"
    after_a_while()
    text = TextMessage.objects.get(sid=sent.reference)
    assert (text.body, text.status, text.telephone_id) == ("Your course begins at 9.", "delivered", ADA)
    assert [form["MessageStatus"] for form in hearing.forms()] == ["sent", "delivered"]
    for (_, headers, _), form in zip(hearing.heard, hearing.forms(), strict=True):
        assert is_signed(headers["X-Twilio-Signature"], url, form, account.token)
        assert not is_signed(headers["X-Twilio-Signature"], url, form, "another")
    assert read_callback(hearing.forms()[1]).reference == sent.reference


@pytest.mark.parametrize(
    ("ends", "code", "gone"),
    [("1211", "21211", True), ("1408", "21408", False), ("1610", "21610", True), ("1612", "21612", False),
     ("1614", "21614", True), ("1214", "21214", False)],
)  # fmt: skip
@pytest.mark.parametrize("begins", ["+1500555", "+44770090"])
def test_numbers_that_are_refused_at_once(account, begins, ends, code, gone):
    with pytest.raises(ChannelRefused) as refused:
        send(account, to=begins + ends, body="Hello")
    assert (refused.value.code, refused.value.gone) == (code, gone)
    assert not TextMessage.objects.exists()


def test_a_number_for_which_twilio_has_too_much_to_do_or_knows_us_no_more(account):
    with pytest.raises(ChannelAway) as away:
        send(account, to="+447700901429", body="Hello")
    assert away.value.retry_after == 1
    with pytest.raises(ChannelDisconnected):
        send(account, to="+447700901401", body="Hello")


@pytest.mark.parametrize("code", ["30003", "30004", "30005", "30006", "30007", "30008"])
def test_numbers_to_which_nothing_arrives(account, hearing, after_a_while, code):
    send(account, to=f"+44770090{code[0]}{code[2:]}", body="Hello", callback=hearing.url)
    after_a_while()
    sent, lost = hearing.forms()
    assert (sent["MessageStatus"], sent.get("ErrorCode")) == ("sent", None)
    assert (lost["MessageStatus"], lost["ErrorCode"]) == ("undelivered", code)
    assert read_callback(lost).error.code == code


def test_a_telephone_decides_what_becomes_of_its_next_messages(account, hearing, after_a_while):
    Telephone.objects.create(number=ADA, fate=Fate.E30007)
    send(account, to=ADA, body="Win a prize", callback=hearing.url)
    Telephone.objects.update(fate=Fate.SENT)
    send(account, to=ADA, body="Hello", callback=hearing.url)
    after_a_while()
    assert sorted(TextMessage.objects.values_list("status", flat=True)) == ["sent", "undelivered"]


def test_who_answers_stop_hears_nothing_until_start(account, person):
    send(account, to=ADA, body="Hello")
    person(" stop ")
    with pytest.raises(ChannelRefused) as refused:
        send(account, to=ADA, body="Hello again")
    assert (refused.value.code, refused.value.gone) == ("21610", True)
    person("START")
    send(account, to=ADA, body="Welcome back")


def test_stop_to_one_provider_is_not_stop_to_another(account, person, beta):
    person("STOP")
    other = twilio_of(beta.slug)
    send(TwilioAccount(other.sid, other.token, other.number), to=ADA, body="Hello from Beta")


def test_whatsapp_takes_templates_always_and_other_texts_for_a_day_after_somebody_wrote(
    account, person, hearing, after_a_while
):
    send(account, to=ADA, body="Hello", whatsapp=True, callback=hearing.url)
    after_a_while()
    [failed] = hearing.forms()
    assert (failed["MessageStatus"], failed["ErrorCode"]) == ("failed", "63016")

    send(account, to=ADA, body="", whatsapp=True, content_sid=NOTICE, content_variables={"1": "Doors open at 9"})
    assert TextMessage.objects.latest("created_at").body == "Doors open at 9"
    person("Thank you", way="whatsapp")
    send(account, to=ADA, body="See you then", whatsapp=True)
    after_a_while()
    assert TextMessage.objects.latest("created_at").status == "delivered"


@pytest.mark.parametrize(
    ("sid", "variables", "code"),
    [("HX" + "9" * 32, {}, "21655"), (NOTICE, {}, "21656"), (NOTICE, {"2": "x"}, "21656")],
)
def test_a_template_that_is_unknown_or_lacks_its_words_is_refused(account, sid, variables, code):
    with pytest.raises(ChannelRefused) as refused:
        send(account, to=ADA, body="", whatsapp=True, content_sid=sid, content_variables=variables)
    assert refused.value.code == code


def test_a_messaging_service_sends_too(account, alpha, beta):
    pool = twilio_of(alpha.slug).messaging_service
    assert send(TwilioAccount(account.sid, account.token, pool), to=ADA, body="Hello").status == "queued"
    with pytest.raises(ChannelDisconnected):
        send(TwilioAccount(account.sid, account.token, twilio_of(beta.slug).messaging_service), to=ADA, body="Hello")


def test_an_account_that_is_not_what_it_says_does_not_obey_us(account, beta):
    assert check_account(account) == "Alpha Training"
    other = twilio_of(beta.slug)
    for wrong in (
        TwilioAccount(account.sid, other.token, account.sender),
        TwilioAccount("AC" + "0" * 32, account.token, account.sender),
        TwilioAccount("AC1", account.token, account.sender),
        TwilioAccount(account.sid, "", account.sender),
    ):
        with pytest.raises(ChannelDisconnected):
            check_account(wrong)
        with pytest.raises(ChannelDisconnected):
            send(wrong, to=ADA, body="Hello")
    with pytest.raises(ChannelRefused) as refused:  # Twilio says the same of a destination that a sender can't reach
        send(TwilioAccount(account.sid, account.token, other.number), to=ADA, body="Hello")
    assert refused.value.code == "21606"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("messages_down", ChannelAway),
        ("messages_rate_limited", ChannelAway),
        ("messages_refused", ChannelRefused),
        ("messages_disconnected", ChannelDisconnected),
        ("messages_lost_answers", ChannelAway),
    ],
)
def test_a_fault_that_is_switched_on_is_met_and_goes_away_again(account, fault, error):
    set_switches({fault: True, "calls_left": 1})
    with pytest.raises(error):
        send(account, to=ADA, body="Hello")
    assert TextMessage.objects.exists() is (fault == "messages_lost_answers")
    assert send(account, to=ADA, body="Hello").status == "queued"


def test_a_slow_answer_is_not_waited_for(account, settings):
    settings.CHANNEL_TIMEOUT = 0.3
    set_switches({"messages_slow_seconds": 1})
    with pytest.raises(ChannelAway) as away:
        send(account, to=ADA, body="Hello")
    assert away.value.unsure


def test_faults_of_messages_leave_payments_alone(account, sdk):
    set_switches({"messages_down": True, "calls_left": 1})
    sdk.v1.customers.list()
    with pytest.raises(ChannelAway):
        send(account, to=ADA, body="Hello")


def test_a_callback_is_tried_again_until_it_is_taken(account, hearing):
    hearing.answers = [500]
    send(account, to=ADA, body="Hello", callback=hearing.url)
    work()
    [call] = OutgoingCall.objects.all()
    assert (call.status, call.tries, call.answer) == ("waiting", 1, "HTTP 500")
    OutgoingCall.objects.update(due_at=call.created_at)
    work()
    call.refresh_from_db()
    assert (call.status, call.tries) == ("delivered", 2)


def test_callbacks_are_lost_and_doubled_as_webhooks_are(account, hearing, after_a_while):
    set_switches({"webhooks_lost": True})
    send(account, to=ADA, body="Hello", callback=hearing.url)
    after_a_while()
    assert hearing.heard == []
    set_switches({"webhooks_lost": False, "webhooks_duplicate": True})
    send(account, to=ADA, body="Hello", callback=hearing.url)
    after_a_while()
    assert [form["MessageStatus"] for form in hearing.forms()] == ["sent", "sent", "delivered", "delivered"]


def test_nobody_without_the_token_learns_or_sends_anything(account, site, settings):
    url = f"{settings.SANDBOX_URL}/twilio/2010-04-01/Accounts/{account.sid}"
    for auth in (None, (account.sid, "x"), ("", "")):
        asked = requests.get(f"{url}.json", auth=auth, timeout=10)
        sent = requests.post(f"{url}/Messages.json", {"To": ADA}, auth=auth, timeout=10)
        assert [(one.status_code, one.json()["code"]) for one in (asked, sent)] == [(401, 20003)] * 2
