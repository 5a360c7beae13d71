"""Tokens that were signed with a former secret key. Django itself sees to signed links, sessions and reset links."""

import base64
import binascii
import hashlib
import hmac
from importlib import import_module

import jwt
from allauth.headless.tokens.strategies.jwt.internal import session_key_to_sid
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY

from shared_apps.accounts.models import User

BLOCK = 16  # bytes that come before the encrypted name of a session


def renewed(token: str) -> str:
    """A token signed with one of SECRET_KEY_FALLBACKS, as the present key signs it; any other as it is.

    allauth knows no former keys, so it is given what it can read. The token's end stays what it was.
    """
    for key in settings.SECRET_KEY_FALLBACKS:
        try:
            payload = jwt.decode(token, key=key, algorithms=[settings.HEADLESS_JWT_ALGORITHM])
        except jwt.PyJWTError:
            continue
        name = _session_named_by(payload.get("sid", ""), key)
        if name:
            _keep_signed_in(name)
            payload["sid"] = session_key_to_sid(name)
        return jwt.encode(payload, settings.SECRET_KEY, algorithm=settings.HEADLESS_JWT_ALGORITHM)
    return token


def _session_named_by(sid: str, key: str) -> str:
    """The session that allauth encrypted into a token with `key`; "" when there is none."""
    try:
        encrypted = base64.b64decode(sid)
        secret = hashlib.sha256(key.encode()).digest()
        cipher = Cipher(algorithms.AES(secret), modes.CTR(encrypted[:BLOCK])).decryptor()
        return (cipher.update(encrypted[BLOCK:]) + cipher.finalize()).decode()
    except (TypeError, ValueError, binascii.Error):
        return ""


def _keep_signed_in(name: str) -> None:
    """Let a session's proof of the password be of the present key. Django would give the session another name."""
    session = import_module(settings.SESSION_ENGINE).SessionStore(name)
    user = User.objects.filter(pk=session.get(SESSION_KEY)).first()
    proof = session.get(HASH_SESSION_KEY, "")
    if user and any(hmac.compare_digest(proof, former) for former in user.get_session_auth_fallback_hash()):
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
