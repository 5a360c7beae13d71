"""A browser says where we shall push to, so a stranger can say it: nothing but known push services is ever called."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tenant_apps.messaging.channels.errors import ChannelRefused
from tenant_apps.messaging.channels.push.client import (
    NotASubscription,
    Subscription,
    is_push_endpoint,
    read_subscription,
    send_push,
)

KNOWN = [
    "https://fcm.googleapis.com/fcm/send/dQw4:APA91bG_x-y",
    "https://fcm.googleapis.com:443/wp/dQw4",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABl=",
    "https://web.push.apple.com/QGx-",
    "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAD%3d%3d",
]
HOSTILE = [
    "", "fcm.googleapis.com", "//fcm.googleapis.com/x", "https://", "https:///x", "https://fcm.googleapis.com",
    "http://fcm.googleapis.com/x", "ftp://fcm.googleapis.com/x", "file:///etc/passwd", "gopher://127.0.0.1:6379/_x",
    "https://fcm.googleapis.com.evil.test/", "https://evilfcm.googleapis.com/x", "https://x.fcm.googleapis.com/x",
    "https://fcm.googleapis.com@evil.test/", "https://fcm.googleapis.com:443@evil.test/",
    "https://evil.test/@fcm.googleapis.com/", "https://evil.test#fcm.googleapis.com/", "https://user@fcm.googleapis.com/x",
    "https://evil.test\\@fcm.googleapis.com/x", "https://fcm.googleapis.com\\.evil.test/x",
    "https://fcm.googleapis.com:22/x", "https://fcm.googleapis.com:443:22/x", "https://fcm.googleapis.com:/x",
    "https://fcm.googleapis.com./x", "https://FCM.googleapis.com/x", "https://fcm.googleapis.com/x y",
    "https://fcm.googleapis.com/x\r\nHost: evil.test", "https://fcm.googleapis.com/x\n", " https://fcm.googleapis.com/x",
    "https://fcm。googleapis.com/x", "https://fcm.googleapıs.com/x", "https://%66cm.googleapis.com/x",
    "https://push.services.mozilla.com/x", "https://evilpush.services.mozilla.com/x", "https://.push.apple.com/x",
    "https://push.apple.com.evil.test/x", "https://notify.windows.com.evil.test/x", "https://evil.test/.notify.windows.com",
    "https://127.0.0.1/x", "https://2130706433/x", "https://017700000001/x", "https://0x7f000001/x", "https://0x7f.1/x",
    "https://127.1/x", "https://[::1]/x", "https://[::ffff:127.0.0.1]/x", "https://[64:ff9b::7f00:1]/x", "https://0/x",
    "https://169.254.169.254/latest/meta-data/", "https://localhost/x", "https://metadata.google.internal/x",
    "http://127.0.0.1:6379/", "http://localhost:8000/sandbox/push/abcdefghijklmnopqrst",
    "https://fcm.googleapis.com/" + "x" * 3000,
]  # fmt: skip


@pytest.mark.parametrize("url", KNOWN)
def test_the_push_services_of_browsers_are_called(url):
    assert is_push_endpoint(url)


@pytest.mark.parametrize("url", HOSTILE)
def test_nothing_else_is_called(url):
    assert not is_push_endpoint(url)
    with pytest.raises(ChannelRefused) as refused:
        send_push(Subscription(url, "", ""), b"hello", ttl=60, urgent=False)
    assert refused.value.gone


def test_the_stand_in_is_called_while_there_is_one_and_only_below_its_own_address(settings):
    endpoint = f"{settings.SANDBOX_URL}/push/abcdefghijklmnopqrstuvwx"
    assert is_push_endpoint(endpoint)
    for other in (
        f"{endpoint}/../../stripe/v1/refunds",
        f"{endpoint}?x",
        f"{settings.SANDBOX_URL}/push/",
        f"{endpoint}\n",
    ):
        assert not is_push_endpoint(other), other
    settings.SANDBOX = False
    assert not is_push_endpoint(endpoint)


def subscription(**changes):
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    keys = {"p256dh": encoded(point), "auth": encoded(b"0123456789abcdef"), **changes}
    return {"endpoint": KNOWN[0], "expirationTime": None, "keys": keys}


def encoded(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_what_a_browser_gives_is_taken():
    found = read_subscription(subscription())
    assert found.endpoint == KNOWN[0]
    assert KNOWN[0] not in repr(found)


@pytest.mark.parametrize(
    "data",
    [
        None, [], "x", {}, {"endpoint": KNOWN[0]}, {"endpoint": KNOWN[0], "keys": None}, {"endpoint": 1, "keys": {}},
        {**subscription(), "endpoint": "https://evil.test/"}, {"endpoint": KNOWN[0], "keys": {"p256dh": 1, "auth": 2}},
        subscription(p256dh=""), subscription(p256dh=encoded(b"\x04" + b"\x01" * 64)), subscription(p256dh="é" * 87),
        subscription(p256dh="A" * 10_000), subscription(auth=encoded(b"short")), subscription(auth="!" * 22),
    ],
)  # fmt: skip
def test_what_no_browser_gives_is_refused(data):
    with pytest.raises(NotASubscription):
        read_subscription(data)


def test_keys_that_lead_nowhere_end_a_subscription():
    with pytest.raises(ChannelRefused) as refused:
        send_push(Subscription(KNOWN[0], "AAAA", "AAAA"), b"hello", ttl=60, urgent=False)
    assert refused.value.gone
