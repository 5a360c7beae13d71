"""How often somebody may ask, by the network they ask from, which is who they are while nobody is signed in."""

import ipaddress
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from shared_apps.core.errors import TooOften
from shared_apps.core.limits import DAY, HOUR, Rate, count

MAILS = (Rate(40, HOUR), Rate(120, DAY))  # to addresses that may be anybody's
PERIODS = {"min": 60, "hour": 3600}


def network_of(request: Any) -> str:
    """The address a request comes from, as far as our proxies can be trusted; of IPv6, its network."""
    address = BaseThrottle().get_ident(request)
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return str(address)
    return str(ipaddress.ip_network(f"{ip}/64", strict=False) if ip.version == 6 else ip)


def at_most(rate: int, what: str, request: HttpRequest | Request) -> None:
    """Count one `what`, which is dear to make, for the network of `request`. Raises `TooOften` over `rate` a minute.

    Counted per tenant. Those who are signed in count like everybody else in their network.
    """
    count, ends = count_within(f"at-most:{what}:{network_of(request)}", PERIODS["min"])
    if settings.RATE_LIMITS and count > rate:
        raise TooOften(ends - time.time())


def count_within(key: str, seconds: int) -> tuple[int, float]:
    """How often `key` was counted within its period of so many seconds, and when that ends (Unix time)."""
    cache.add(f"{key}:ends", time.time() + seconds, seconds)
    cache.add(key, 0, seconds)
    try:
        count = cache.incr(key)
    except ValueError:  # its period ended between the two lines
        count = 1
    return count, cache.get(f"{key}:ends") or time.time() + seconds


def mails_wait(request: HttpRequest | Request) -> int:
    """Count an email that somebody makes us write; the seconds their network has to wait before it, mostly 0."""
    return count("account-mail", network_of(request), *MAILS)
