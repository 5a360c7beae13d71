"""A push service, and the browser behind it: subscriptions, and what arrives for them."""

import base64
import binascii
import json
import secrets
import time

import http_ece
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from shared_apps.core.digits import whole_number
from shared_apps.core.types import JsonObject
from shared_apps.sandbox.models import Browser, PushNotice, Telephone
from shared_apps.tenants.context import public_context

MOST_BYTES = 4096
A_DAY = 24 * 3600


class PushError(Exception):
    """An answer other than 201."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


def server_key() -> str:
    """The public key of this installation, which a page of ours gives to the browser; empty without one."""
    if not settings.VAPID_PRIVATE_KEY:
        return ""
    return _point(_private(settings.VAPID_PRIVATE_KEY))


def subscribe(number: str, slug: str) -> JsonObject:
    """Subscribe the browser of a telephone at the site `slug`: what `PushManager.subscribe()` would give, as JSON.

    Works from any tenant's context.
    """
    ours = ec.generate_private_key(ec.SECP256R1())
    value = ours.private_numbers().private_value.to_bytes(32, "big")
    with public_context(), transaction.atomic():
        telephone, _ = Telephone.objects.get_or_create(number=number)
        browser = Browser.objects.create(
            key=secrets.token_urlsafe(24), telephone=telephone, slug=slug, server_key=server_key(),
            private_key=_encoded(value), public_key=_point(ours), auth=_encoded(secrets.token_bytes(16)),
        )  # fmt: skip
    return as_json(browser)


def as_json(browser: Browser) -> JsonObject:
    """The subscription as a browser gives it."""
    keys = {"p256dh": browser.public_key, "auth": browser.auth}
    return {"endpoint": f"{settings.SANDBOX_URL}/push/{browser.key}", "expirationTime": None, "keys": keys}


def remove(browser: Browser) -> None:
    """The person takes their permission back: pushes get 410 from now on."""
    Browser.objects.filter(pk=browser.pk, removed_at=None).update(removed_at=timezone.now())


def accept(key: str, body: bytes, headers: dict[str, str]) -> PushNotice:
    """Take a push and let the browser read it. Raises `PushError`."""
    browser = Browser.objects.filter(key=key).first()
    if browser is None:
        raise PushError(404, "No such subscription")
    if browser.removed_at:
        raise PushError(410, "push subscription has unsubscribed or expired.")
    _check_signature(browser, headers.get("authorization", ""))
    ttl = whole_number(headers.get("ttl"), 0, 999_999_999)
    if ttl is None:
        raise PushError(400, "Missing or invalid TTL header")
    if headers.get("content-encoding") != "aes128gcm":
        raise PushError(400, "Unknown Content-Encoding")
    if len(body) > MOST_BYTES:
        raise PushError(413, "Payload too large")
    urgent = headers.get("urgency") == "high"
    return PushNotice.objects.create(browser=browser, payload=_read(browser, body), ttl=ttl, urgent=urgent)


def _read(browser: Browser, body: bytes) -> str:
    """What the browser finds in it; empty when it can't read it, which the service does not know."""
    try:
        found = http_ece.decrypt(
            body, private_key=_private(browser.private_key), auth_secret=_decoded(browser.auth), version="aes128gcm"
        )
        return str(found.decode())
    except Exception:  # the library raises what it likes
        return ""


def _check_signature(browser: Browser, header: str) -> None:
    """VAPID (RFC 8292): signed not long ago, for this service, with the key the subscription was made for."""
    scheme, _, rest = header.partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
    token, key = parts.get("t", ""), parts.get("k", "")
    if scheme.lower() != "vapid" or not token or not key:
        raise PushError(401, "Missing or malformed Authorization header")
    if key != browser.server_key:
        raise PushError(403, "the VAPID credentials in the authorization header do not correspond to the credentials "
                        "used to create the subscriptions.")  # fmt: skip
    claims = _claims(token, key)
    expires = claims.get("exp")
    if not isinstance(expires, int) or not time.time() < expires <= time.time() + A_DAY:
        raise PushError(401, "exp is over, or more than a day away")
    if claims.get("aud") != settings.SANDBOX_URL.removesuffix("/sandbox"):
        raise PushError(401, "aud is another push service")
    if not str(claims.get("sub", "")).startswith(("mailto:", "https:")):
        raise PushError(401, "sub names nobody")


def _claims(token: str, key: str) -> JsonObject:
    signed, _, signature = token.rpartition(".")
    try:
        raw = _decoded(signature)
        pair = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decoded(key))
        public.verify(pair, signed.encode(), ec.ECDSA(hashes.SHA256()))
        claims = json.loads(_decoded(signed.partition(".")[2]))
    except (InvalidSignature, ValueError, binascii.Error):
        raise PushError(401, "the signature is wrong") from None
    if not isinstance(claims, dict):
        raise PushError(401, "the claims are no object")
    return claims


def _private(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(_decoded(text), "big"), ec.SECP256R1())


def _point(key: ec.EllipticCurvePrivateKey) -> str:
    return _encoded(key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
