"""How often somebody may ask, and who that is when nobody is signed in."""

import ipaddress
import time
from typing import Any

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

PERIODS = {"min": 60, "hour": 3600}


class Throttle(BaseThrottle):
    """At most as many requests a minute as the rate called `view.throttle_scope` says; 429 with Retry-After.

    Counted per tenant (the cache's keys are), endpoint and user, or address of those who are not signed in.
    An IPv6 address counts as its network, since one customer owns all of that.
    """

    def allow_request(self, request: Request, view: Any) -> bool:
        amount, period = str(api_settings.DEFAULT_THROTTLE_RATES[view.throttle_scope]).split("/")
        seconds = PERIODS[period]
        who = request.user.pk if request.user.is_authenticated else network_of(request)
        key = f"throttle:{type(view).__name__}:{who}"
        cache.add(f"{key}:ends", time.time() + seconds, seconds)
        cache.add(key, 0, seconds)
        try:
            count = cache.incr(key)
        except ValueError:  # its minute ended between the two lines
            count = 1
        self.ends = cache.get(f"{key}:ends") or time.time() + seconds
        return count <= int(amount)

    def wait(self) -> float:
        return max(0.0, self.ends - time.time())


def network_of(request: Any) -> str:
    """The address a request comes from, as far as our proxies can be trusted; of IPv6, its network."""
    address = BaseThrottle().get_ident(request)
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return str(address)
    return str(ipaddress.ip_network(f"{ip}/64", strict=False) if ip.version == 6 else ip)
