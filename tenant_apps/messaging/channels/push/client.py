"""How we push to a browser: encrypted for it alone, and signed with the installation's VAPID key."""

import base64
import time
from email.utils import parseaddr
from functools import lru_cache
from urllib.parse import urlsplit

import http_ece
import structlog
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.translation import gettext as _
from py_vapid import Vapid02

from tenant_apps.messaging.channels.errors import ChannelDisconnected, ChannelRefused
from tenant_apps.messaging.channels.http import Answer, call
from tenant_apps.messaging.channels.push.endpoints import is_push_endpoint, service_of
from tenant_apps.messaging.channels.push.subscriptions import (
    NotASubscription,
    Subscription,
    auth_secret,
    public_point,
    read_subscription,
)

__all__ = [
    "NotASubscription", "Subscription", "is_push_endpoint", "is_set_up", "public_key", "read_subscription", "send_push",
]  # fmt: skip

log = structlog.get_logger()
MOST_BYTES = 3993  # of 4096, which every service takes, encryption needs the rest
SIGNED_FOR = 12 * 3600  # seconds; a day is the most that services take
LONGEST_TTL = 28 * 24 * 3600
# Made with another key of ours: this subscription is dead, others are not.
OTHER_KEY = (
    b"VapidPkHashMismatch",
    b"do not correspond to the credentials used to create",
    b"VAPID public key mismatch",
)


def is_set_up() -> bool:
    """Whether this installation has a key to push with."""
    return bool(settings.VAPID_PRIVATE_KEY)


def public_key() -> str:
    """The key that a page gives to the browser when it subscribes (applicationServerKey); empty without one."""
    if not is_set_up():
        return ""
    point = _key(settings.VAPID_PRIVATE_KEY).public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def send_push(subscription: Subscription, payload: bytes, *, ttl: int, urgent: bool) -> None:
    """Push `payload` to one browser; its service keeps it for `ttl` seconds. Raises a `ChannelError`."""
    service = service_of(subscription.endpoint)
    if not service:
        raise ChannelRefused("endpoint", _("This browser's push service is not known."), gone=True)
    if not is_set_up():
        raise ChannelDisconnected("there is no VAPID key")
    if len(payload) > MOST_BYTES:
        raise ChannelRefused("too_long", _("The message is too long."))
    headers = {
        "TTL": str(max(0, min(ttl, LONGEST_TTL))),
        "Urgency": "high" if urgent else "normal",
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        **_signature(subscription.endpoint),
    }
    body = _encrypted(subscription, payload)
    answer = call(
        "POST", subscription.endpoint, service=f"push {service}", speaks_json=False, data=body, headers=headers
    )
    if not 200 <= answer.status < 300:
        raise_refusal(answer, service)


def raise_refusal(answer: Answer, service: str) -> None:
    """Raise what a push service's refusal means."""
    if answer.status in (404, 410) or any(words in answer.body for words in OTHER_KEY):
        raise ChannelRefused(str(answer.status), _("This browser takes no more notifications."), gone=True)
    if answer.status in (401, 403):
        # Whoever sends us an endpoint chooses who answers so: it must not end the pushes of everybody.
        log.error("a push service does not accept our key", service=service, status=answer.status)
        raise ChannelRefused(str(answer.status), _("The push service does not accept our key."))
    if answer.status == 413:
        raise ChannelRefused("too_long", _("The message is too long."))
    raise ChannelRefused(str(answer.status), _("The push service refused it."))


def _encrypted(subscription: Subscription, payload: bytes) -> bytes:
    try:
        receiver, secret = public_point(subscription), auth_secret(subscription)
    except NotASubscription:
        raise ChannelRefused("keys", _("This browser's keys are of no use."), gone=True) from None
    ours = ec.generate_private_key(ec.SECP256R1())
    found: bytes = http_ece.encrypt(payload, private_key=ours, dh=receiver, auth_secret=secret, version="aes128gcm")
    return found


def _signature(endpoint: str) -> dict[str, str]:
    parts = urlsplit(endpoint)
    contact = parseaddr(settings.CONTACT_EMAIL)[1]
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + SIGNED_FOR,
        "sub": f"mailto:{contact}",
    }
    signed: dict[str, str] = _key(settings.VAPID_PRIVATE_KEY).sign(claims)
    return signed


@lru_cache(maxsize=2)
def _key(private: str) -> Vapid02:
    return Vapid02.from_raw(private.encode())
