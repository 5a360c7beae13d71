"""The same for visitors, who are known by their network alone."""

import time
from contextlib import suppress

from django.core.cache import cache
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse

from shared_apps.core.throttling import network_of
from shared_apps.core.views import too_many_requests
from tenant_apps.bookings.crowding import PERIOD, seats_to_leave_unpaid
from tenant_apps.bookings.models import Booking
from tenant_apps.scheduling.models import Session

SECONDS = int(PERIOD.total_seconds())
MOST_REFUSED = 5


def refusal_of_holder(request: HttpRequest, session: Session) -> HttpResponse | None:
    """A 429 page when this network has left as many seats unpaid as `session` has, within hours; else None."""
    key = _key(request, session)
    ids = list(cache.get_many([f"{key}:{n}" for n in range(1, cache.get(key, 0) + 1)]).values())
    unpaid = Booking.objects.never_paid().filter(pk__in=ids)
    if (unpaid.aggregate(sum=Sum("seats"))["sum"] or 0) < seats_to_leave_unpaid(session):
        return None
    return too_many_requests(request, wait=max(60, int((cache.get(f"{key}:ends") or 0) - time.time())))


def note_hold(request: HttpRequest, booking: Booking) -> None:
    """Count `booking` towards what its network holds. Once paid, it no longer counts."""
    key = _key(request, booking.session)
    with suppress(ValueError):  # ValueError: the period ended between two lines
        cache.add(f"{key}:ends", time.time() + SECONDS, SECONDS)
        cache.add(key, 0, SECONDS)
        cache.set(f"{key}:{cache.incr(key)}", str(booking.pk), SECONDS)


def too_many_refused(request: HttpRequest, session: Session) -> bool:
    """Count a form that was refused because its address has a booking; whether this network was told so too often.

    Else a list of addresses would be a way to learn who comes to `session`.
    """
    key = f"{_key(request, session)}:refused"
    with suppress(ValueError):
        cache.add(key, 0, SECONDS)
        return bool(cache.incr(key) > MOST_REFUSED)
    return False


def _key(request: HttpRequest, session: Session) -> str:
    return f"holds:{session.pk}:{network_of(request)}"
