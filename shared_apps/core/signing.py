"""Signed values. The tenant is in the salt and in the payload, so that one tenant's mean nothing at another."""

from typing import Any

from django.core import signing

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
