"""Nobody keeps a session from all others by holding its seats again and again under made-up addresses."""

import time
from contextlib import suppress

from django.core.cache import cache
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from redis.exceptions import RedisError

from shared_apps.core.api import network_of
from shared_apps.core.views import too_many_requests
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.scheduling.models import Session

PERIOD = 3 * 3600  # seconds
ALWAYS_ALLOWED = 20  # seats: a large group that runs out of time may begin again


def refusal_of_holder(request: HttpRequest, session: Session) -> HttpResponse | None:
    """A 429 page when this network has left as many seats unpaid as `session` has, within hours; else None."""
    key, ids = _key(request, session), []
    with suppress(RedisError):  # without the cache there is no limit; booking goes on
        ids = list(cache.get_many([f"{key}:{n}" for n in range(1, cache.get(key, 0) + 1)]).values())
    unpaid = Booking.objects.filter(pk__in=ids, status__in=[BookingStatus.PENDING, BookingStatus.EXPIRED])
    if (unpaid.aggregate(sum=Sum("seats"))["sum"] or 0) < max(session.capacity, ALWAYS_ALLOWED):
        return None
    return too_many_requests(request, wait=max(60, int((cache.get(f"{key}:ends") or 0) - time.time())))


def note_hold(request: HttpRequest, booking: Booking) -> None:
    """Count `booking` towards what its network holds. Once paid, it no longer counts."""
    key = _key(request, booking.session)
    with suppress(RedisError, ValueError):  # ValueError: the period ended between two lines
        cache.add(f"{key}:ends", time.time() + PERIOD, PERIOD)
        cache.add(key, 0, PERIOD)
        cache.set(f"{key}:{cache.incr(key)}", str(booking.pk), PERIOD)


def _key(request: HttpRequest, session: Session) -> str:
    return f"holds:{session.pk}:{network_of(request)}"
