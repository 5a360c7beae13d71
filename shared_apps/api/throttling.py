"""How often an endpoint of the API may be asked."""

import time
from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

from shared_apps.web.networks import PERIODS, count_within, mails_wait, network_of

if TYPE_CHECKING:
    from rest_framework.views import APIView


class Throttle(BaseThrottle):
    """At most as many requests a minute as the rate called `view.throttle_scope` says; 429 with Retry-After.

    Counted per tenant (the cache's keys are), endpoint and user, or address of those who are not signed in.
    An IPv6 address counts as its network, since one customer owns all of that.
    """

    def allow_request(self, request: Request, view: "APIView") -> bool:
        amount, period = str(api_settings.DEFAULT_THROTTLE_RATES[getattr(view, "throttle_scope", "")]).split("/")
        who = request.user.pk if request.user.is_authenticated else network_of(request)
        count, self.ends = count_within(f"throttle:{type(view).__name__}:{who}", PERIODS[period])
        return count <= int(amount)

    def wait(self) -> float:
        return max(0.0, self.ends - time.time())


class MailThrottle(BaseThrottle):
    """For what makes us write to an address that may be anybody's: so often an hour and a day, by network."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        self.seconds = mails_wait(request)
        return not self.seconds

    def wait(self) -> float:
        return self.seconds
