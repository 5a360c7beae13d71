"""Signed values. The tenant is in the salt and in the payload, so that one tenant's mean nothing at another."""

import base64
import binascii
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from shared_apps.core.db import connection
from shared_apps.core.types import Json

BadSignature = signing.BadSignature


def _salt(purpose: str) -> str:
    return f"muster:{connection.schema_name}:{purpose}"


def sign(purpose: str, value: Json) -> str:
    """`value` (JSON) as a URL-safe token for `purpose` at the current tenant."""
    return signing.dumps({"t": connection.schema_name, "v": value}, salt=_salt(purpose))


def unsign(purpose: str, token: str, *, max_age: int | None = None) -> Any:
    """The value of `token`; `BadSignature` if forged, foreign, for another purpose or over `max_age` seconds old."""
    payload = signing.loads(token, salt=_salt(purpose), max_age=max_age)
    if payload.get("t") != connection.schema_name:
        raise BadSignature("signed at another tenant")
    return payload["v"]


SIGNED_BYTES = 12  # of the digest: as many as nobody guesses, and a scanned code stays coarse


def sign_key(purpose: str, key: UUID) -> str:
    """`key` as a token of 38 letters for `purpose` at the current tenant: short enough for a code that is scanned."""
    return _letters(key.bytes + _digest(purpose, key, settings.SECRET_KEY))


def unsign_key(purpose: str, token: str) -> UUID:
    """The key of such a token. Raises `BadSignature` if it is forged, foreign or for another purpose."""
    key = said_key(token)
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if constant_time_compare(_letters(key.bytes + _digest(purpose, key, secret)), token):
            return key
    raise BadSignature("forged, or signed for something else")


def said_key(token: str) -> UUID:
    """The key that such a token names, which nothing proves: to look up for what it should be signed.

    Raises `BadSignature` for what is no token.
    """
    try:
        return UUID(bytes=base64.urlsafe_b64decode(f"{token}==")[:16])
    except (binascii.Error, ValueError) as error:
        raise BadSignature("no token") from error


def _digest(purpose: str, key: UUID, secret: str) -> bytes:
    return salted_hmac(_salt(purpose), key.bytes, secret=secret, algorithm="sha256").digest()[:SIGNED_BYTES]


def _letters(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
