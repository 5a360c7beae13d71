"""Keys and codes."""

import secrets
import time
import uuid

# No 0/O, 1/I/L: read aloud on the phone forty times a day.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


TICKS = 4096  # of the clock in a millisecond: the 12 bits after the milliseconds tell them
STEP_BACK = 1000 * TICKS
_last = 0


def uuid7() -> uuid.UUID:
    """A time-ordered random key (UUID version 7, RFC 9562, with 62 random bits).

    Keys of one process are in the order in which they were made. When the clock is set back by more
    than a second the clock is believed, so that one wrong moment does not date all that follows.
    """
    global _last
    ticks = time.time_ns() * TICKS // 1_000_000
    if 0 <= _last - ticks < STEP_BACK:
        ticks = _last + 1
    _last = ticks
    milliseconds, fraction = divmod(ticks, TICKS)
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | secrets.randbits(62))


def reference(length: int = 7) -> str:
    """A short code for people, e.g. `K7QPM4X`. Random, so callers keep it unique in the database."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
