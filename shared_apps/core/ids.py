"""Keys and codes."""

import secrets
import uuid

from uuid6 import uuid7 as _uuid7

# No 0/O, 1/I/L: read aloud on the phone forty times a day.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def uuid7() -> uuid.UUID:
    """A time-ordered random key (UUID version 7, RFC 9562)."""
    return uuid.UUID(int=_uuid7().int)


def reference(length: int = 7) -> str:
    """A short code for people, e.g. `K7QPM4X`. Random, so callers keep it unique in the database."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
