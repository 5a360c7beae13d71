"""Tokens that mean nothing at another tenant."""

import time
from importlib import import_module
from typing import TypedDict

from allauth.headless import app_settings
from allauth.headless.tokens.strategies.jwt import internal as jwt
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction

from shared_apps.accounts.models import User
from shared_apps.accounts.rotation import renewed
from shared_apps.core.db import connection
from shared_apps.core.types import JsonObject


class Pair(TypedDict):
    """What a program signs in with from now on; `expires_in` are the access token's seconds."""

    access_token: str
    refresh_token: str
    expires_in: int


def issue(user: User) -> Pair:
    """A new session of `user` as `{access_token, refresh_token, expires_in}` (seconds)."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["_tenant"] = connection.schema_name
    session.set_expiry(app_settings.JWT_REFRESH_TOKEN_EXPIRES_IN)
    session.save()
    return _pair(user, session)


@transaction.atomic
def refresh(token: str) -> Pair | None:
    """A new pair for a refresh token, which is spent by it; None if it is spent, foreign, forged or too old."""
    token = renewed(token)
    found = jwt.validate_refresh_token(token)
    if found is None:
        return None
    # Of two who send it at once, one has to wait here and then finds it spent.
    Session.objects.select_for_update().filter(pk=found[1].session_key).first()
    found = jwt.validate_refresh_token(token)
    if found is None or not found[0].is_active:
        return None
    user, session, payload = found
    jwt.invalidate_refresh_token(session, payload)
    _forget_expired(session)
    return _pair(user, session)


def revoke(payload: JsonObject) -> None:
    """End the session of an access token's `payload`; its refresh tokens end with it."""
    session = jwt.get_token_session(payload)
    if session is not None:
        session.delete()


def _pair(user: User, session: SessionBase) -> Pair:
    claims = {"tid": connection.schema_name}
    access = jwt.create_access_token(user, session, claims)
    refresh_token = jwt.create_refresh_token(user, session)
    session.save()
    return {
        "access_token": access,
        "refresh_token": refresh_token,
        "expires_in": app_settings.JWT_ACCESS_TOKEN_EXPIRES_IN,
    }


def _forget_expired(session: SessionBase) -> None:
    tokens = jwt.get_refresh_token_state(session)
    for jti in [jti for jti, expires in tokens.items() if expires <= time.time()]:
        del tokens[jti]
