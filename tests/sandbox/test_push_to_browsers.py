"""Our pushes against a stand-in for a push service and the browser behind it."""

import base64

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec

from shared_apps.sandbox.messages.pushes import remove, server_key, subscribe
from shared_apps.sandbox.models import Browser, PushNotice
from shared_apps.sandbox.switches import set_switches
from tenant_apps.messaging.channels.errors import ChannelAway, ChannelDisconnected, ChannelError, ChannelRefused
from tenant_apps.messaging.channels.push.client import (
    MOST_BYTES,
    Subscription,
    public_key,
    read_subscription,
    send_push,
)

ADA = "+447700900123"


@pytest.fixture
def browser(site):
    return read_subscription(subscribe(ADA, "alpha"))


def push(browser, payload=b'{"title": "Tomorrow at 9"}', *, ttl=3600, urgent=False):
    send_push(browser, payload, ttl=ttl, urgent=urgent)


def test_a_notification_is_read_by_the_browser_it_was_meant_for_and_by_no_other(browser):
    push(browser, urgent=True)
    [notice] = PushNotice.objects.all()
    assert (notice.payload, notice.ttl, notice.urgent) == ('{"title": "Tomorrow at 9"}', 3600, True)
    assert notice.browser.telephone_id == ADA

    other = read_subscription(subscribe(ADA, "alpha"))
    push(Subscription(browser.endpoint, other.p256dh, other.auth))
    assert PushNotice.objects.latest("created_at").payload == ""


def test_the_page_gives_the_browser_the_key_that_pushes_are_signed_with(site):
    assert public_key() == server_key()
    assert len(public_key()) == 87


def test_a_removed_subscription_is_gone(browser):
    remove(Browser.objects.get())
    with pytest.raises(ChannelRefused) as refused:
        push(browser)
    assert (refused.value.code, refused.value.gone) == ("410", True)


def test_a_subscription_that_never_was_is_gone(browser):
    with pytest.raises(ChannelRefused) as refused:
        push(Subscription(browser.endpoint[:-3] + "xyz", browser.p256dh, browser.auth))
    assert (refused.value.code, refused.value.gone) == ("404", True)


def test_a_subscription_made_for_another_key_of_ours_is_gone(browser, settings):
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    settings.VAPID_PRIVATE_KEY = base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()
    with pytest.raises(ChannelRefused) as refused:
        push(browser)
    assert refused.value.gone


def test_without_a_key_nothing_is_pushed(browser, settings):
    settings.VAPID_PRIVATE_KEY = ""
    assert public_key() == ""
    with pytest.raises(ChannelDisconnected):
        push(browser)


def test_the_longest_payload_goes_and_a_longer_one_does_not(browser):
    push(browser, b"x" * MOST_BYTES)
    assert len(PushNotice.objects.get().payload) == MOST_BYTES
    with pytest.raises(ChannelRefused) as refused:
        push(browser, b"x" * (MOST_BYTES + 1))
    assert (refused.value.code, refused.value.gone) == ("too_long", False)


def test_a_push_that_we_did_not_sign_is_refused(browser):
    for headers in ({}, {"Authorization": "vapid t=a.b.c, k=x"}, {"Authorization": f"vapid t=a.b.c, k={public_key()}"}):
        answer = requests.post(browser.endpoint, data=b"x", headers={"TTL": "1", **headers}, timeout=10)
        assert answer.status_code in (401, 403)
    assert not PushNotice.objects.exists()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("messages_down", ChannelAway),
        ("messages_rate_limited", ChannelAway),
        ("messages_refused", ChannelRefused),
        ("messages_disconnected", ChannelRefused),
        ("messages_lost_answers", ChannelAway),
    ],
)
def test_a_fault_that_is_switched_on_is_met(browser, fault, error):
    set_switches({fault: True})
    with pytest.raises(error):
        push(browser)
    assert PushNotice.objects.exists() is (fault == "messages_lost_answers")


def test_no_error_tells_where_somebody_s_browser_is(browser, settings, caplog):
    for fault in ("messages_down", "messages_refused", "messages_disconnected"):
        set_switches({name: name == fault for name in ("messages_down", "messages_refused", "messages_disconnected")})
        with pytest.raises(ChannelError) as met:
            push(browser)
        # The stand-in is a site of its own, whose requests Django tells with their paths.
        told = [record.getMessage() for record in caplog.records if record.name != "django.request"]
        assert browser.endpoint[-20:] not in "".join([str(met.value), *told])
