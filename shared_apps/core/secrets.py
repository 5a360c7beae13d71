"""Secrets of a tenant at rest, such as its token for a bot: encrypted, and bound to whose they are and what for."""

import base64
import json
from os import urandom

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from shared_apps.core.db import connection

NONCE = 12  # bytes


class Unreadable(Exception):
    """It was encrypted for another tenant or purpose, with a key that we no longer know, or it was changed."""


def encrypt(purpose: str, secret: dict[str, str]) -> str:
    """`secret` as a text that only this tenant can read again, for the same `purpose`."""
    nonce = urandom(NONCE)
    sealed = _cipher(settings.SECRET_KEY).encrypt(nonce, json.dumps(secret).encode(), _bound_to(purpose))
    return base64.b64encode(nonce + sealed).decode()


def decrypt(purpose: str, sealed: str) -> dict[str, str]:
    """What `encrypt` was given. Raises `Unreadable`. Former secret keys of the installation are tried, too."""
    try:
        raw = base64.b64decode(sealed, validate=True)
    except ValueError:
        raise Unreadable from None
    for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]:
        try:
            opened: dict[str, str] = json.loads(_cipher(key).decrypt(raw[:NONCE], raw[NONCE:], _bound_to(purpose)))
        except (InvalidTag, ValueError):
            continue
        return opened
    raise Unreadable


def _cipher(key: str) -> AESGCM:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"muster secrets at rest").derive(key.encode())
    return AESGCM(derived)


def _bound_to(purpose: str) -> bytes:
    return f"{connection.schema_name}:{purpose}".encode()
