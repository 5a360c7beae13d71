"""Callbacks of Twilio: who sent them, and what they say."""

import pytest
from django.http import QueryDict

from tenant_apps.messaging.channels.errors import ChannelAway, ChannelDisconnected, ChannelRefused
from tenant_apps.messaging.channels.twilio.client import NotADelivery, TwilioAccount, is_signed, read_callback
from tenant_apps.messaging.channels.twilio.codes import WHY, error_of
from tenant_apps.messaging.channels.twilio.signature import signature_of

# The example of Twilio's own documentation.
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
PARAMS = {
    "CallSid": "CA1234567890ABCDE", "Caller": "+12349013030", "Digits": "1234", "From": "+12349013030",
    "To": "+18005551212",
}  # fmt: skip
SIGNATURE = "0/KCTR6DLpKmkAf8muzZqo1nDgQ="
SID = "SM" + "0" * 32


def test_what_twilio_signed_is_believed_whether_or_not_the_port_is_named():
    assert is_signed(SIGNATURE, URL, PARAMS, "12345")
    assert is_signed(SIGNATURE, URL.replace(".com/", ".com:443/"), PARAMS, "12345")
    form = QueryDict(mutable=True)
    form.update(PARAMS)
    assert is_signed(SIGNATURE, URL, form, "12345")


def test_nothing_is_believed_where_there_is_no_token_to_sign_with():
    assert not is_signed(signature_of(URL, PARAMS, ""), URL, PARAMS, "")


@pytest.mark.parametrize(
    ("signature", "url", "changes", "token"),
    [
        ("", URL, {}, "12345"), (SIGNATURE, URL, {}, ""), ("é", URL, {}, "12345"),
        (SIGNATURE[:-2] + "A=", URL, {}, "12345"),
        (SIGNATURE, URL, {}, "12346"), (SIGNATURE, URL, {"Digits": "1235"}, "12345"),
        (SIGNATURE, URL, {"X": "1"}, "12345"),
        (SIGNATURE, URL.replace("bar=2", "bar=3"), {}, "12345"), (SIGNATURE, URL.replace("https", "http"), {}, "12345"),
        (SIGNATURE, URL.replace(".com/", ".com:444/"), {}, "12345"),
        (SIGNATURE, URL.replace("mycompany", "other"), {}, "12345"),
    ],
)  # fmt: skip
def test_what_twilio_did_not_sign_is_not_believed(signature, url, changes, token):
    assert not is_signed(signature, url, {**PARAMS, **changes}, token)


def test_what_became_of_a_message_is_read():
    delivered = read_callback({"MessageSid": SID, "MessageStatus": "delivered"})
    assert (delivered.reference, delivered.status, delivered.error) == (SID, "delivered", None)
    lost = read_callback({"MessageSid": SID, "MessageStatus": "undelivered", "ErrorCode": "30005"})
    assert isinstance(lost.error, ChannelRefused)
    assert (lost.error.code, lost.error.gone) == ("30005", True)


@pytest.mark.parametrize(
    "params", [{}, {"MessageSid": SID}, {"MessageSid": "x", "MessageStatus": "sent"},
               {"MessageSid": SID, "MessageStatus": "eaten"}, {"MessageSid": SID + "\n", "MessageStatus": "sent"}],
)  # fmt: skip
def test_a_callback_about_no_message_is_refused_by_its_own_name(params):
    with pytest.raises(NotADelivery):
        read_callback(params)


def heard(**more):
    return read_callback({"MessageSid": SID, "MessageStatus": "failed", **more}).error


def test_a_failure_with_an_odd_code_is_a_failure_all_the_same():
    for code in ("", "abc", "٣٠٠٠٣", "9" * 40):
        assert isinstance(
            read_callback({"MessageSid": SID, "MessageStatus": "failed", "ErrorCode": code}).error, ChannelRefused
        )


@pytest.mark.parametrize(
    ("code", "error", "gone"),
    [
        (21211, ChannelRefused, True), (21214, ChannelRefused, False), (21408, ChannelRefused, False),
        (21610, ChannelRefused, True), (21612, ChannelRefused, False), (21614, ChannelRefused, True),
        (21617, ChannelRefused, False), (30003, ChannelRefused, False), (30004, ChannelRefused, False),
        (30005, ChannelRefused, True), (30006, ChannelRefused, True), (30007, ChannelRefused, False),
        (30008, ChannelRefused, False), (63016, ChannelRefused, False), (63024, ChannelRefused, True),
        (20003, ChannelDisconnected, None), (30002, ChannelDisconnected, None), (21606, ChannelRefused, False),
        (21659, ChannelRefused, False), (21703, ChannelRefused, False), (63007, ChannelRefused, False),
        (20429, ChannelAway, None),
        (30001, ChannelAway, None), (99999, ChannelRefused, False),
    ],
)  # fmt: skip
def test_each_code_is_one_of_three_errors(code, error, gone):
    found = error_of(code)
    assert type(found) is error
    if isinstance(found, ChannelRefused):
        assert (found.gone, found.code) == (gone, str(code))
        assert found.text == (str(WHY[code]) if code in WHY else "Twilio refused it.")


def test_an_account_does_not_show_its_token():
    assert "hidden" not in repr(TwilioAccount("AC1", "hidden", "+447700900123"))
