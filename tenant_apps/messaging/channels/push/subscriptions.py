"""What a browser gives us so that we may notify it."""

import base64
import binascii
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec

from tenant_apps.messaging.channels.push.endpoints import is_push_endpoint


class NotASubscription(ValueError):
    """No browser would give this."""


@dataclass(frozen=True)
class Subscription:
    """Where to push to, and the browser's keys, in base64url as it gives them."""

    endpoint: str
    p256dh: str
    auth: str

    def __repr__(self) -> str:
        return "Subscription(…)"  # whoever knows the endpoint can call it


def read_subscription(data: object) -> Subscription:
    """The subscription in what a browser sent: {endpoint, keys: {p256dh, auth}}. Raises `NotASubscription`."""
    keys = data.get("keys") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(keys, dict):
        raise NotASubscription("it is no object with keys")
    endpoint, p256dh, auth = data.get("endpoint"), keys.get("p256dh"), keys.get("auth")
    if not isinstance(endpoint, str) or not is_push_endpoint(endpoint):
        raise NotASubscription("its endpoint is at no push service that we know")
    if not isinstance(p256dh, str) or not isinstance(auth, str):
        raise NotASubscription("it has no keys")
    subscription = Subscription(endpoint, p256dh, auth)
    public_point(subscription), auth_secret(subscription)
    return subscription


def public_point(subscription: Subscription) -> bytes:
    """The browser's public key. Raises `NotASubscription`."""
    point = _decoded(subscription.p256dh)
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        raise NotASubscription("its key is no point of the curve") from None
    return point


def auth_secret(subscription: Subscription) -> bytes:
    """The secret that browser and server share. Raises `NotASubscription`."""
    secret = _decoded(subscription.auth)
    if len(secret) != 16:
        raise NotASubscription("its secret has another length")
    return secret


def _decoded(text: str) -> bytes:
    bare = text.rstrip("=")
    if len(bare) > 200:
        raise NotASubscription("a key is too long")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise NotASubscription("a key is no base64url") from None
