"""How often something may be done: counters that end by themselves, per tenant (the cache's keys are)."""

import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache

HOUR, DAY = 3600, 24 * 3600


@dataclass(frozen=True)
class Rate:
    """At most `most` times in `seconds`, counted from the first time."""

    most: int
    seconds: int


def count(what: str, who: str, *rates: Rate, times: int = 1) -> int:
    """Count one more `what` by `who`; the seconds to wait when that is more than one of `rates` allows, else 0.

    Several `times` at once are allowed as long as the first of them is. What is refused counts too: whoever
    goes on asking goes on waiting. Nothing is counted where limits are off.
    """
    if not settings.RATE_LIMITS:
        return 0
    return max((_wait(f"limit:{what}:{rate.seconds}:{who}", rate, times) for rate in rates), default=0)


def _wait(key: str, rate: Rate, times: int) -> int:
    cache.add(f"{key}:ends", time.time() + rate.seconds, rate.seconds)
    cache.add(key, 0, rate.seconds)
    try:
        first = cache.incr(key, times) - times + 1
    except ValueError:  # its time ended between two lines
        return 0
    if first <= rate.most:
        return 0
    ends = cache.get(f"{key}:ends") or time.time() + rate.seconds
    return max(60, int(ends - time.time()))
