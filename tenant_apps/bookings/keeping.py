"""What is not kept of bookings for ever."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from shared_apps.timers.retention import forget
from tenant_apps.bookings.care import OF_MINORS
from tenant_apps.bookings.care_models import Care
from tenant_apps.bookings.models import BookingStatus

EMPTIED: dict[str, object] = {"date_of_birth": None, **OF_MINORS}


def _empty(keys: list[UUID]) -> None:
    """What was agreed to, and when, stays."""
    Care.objects.filter(pk__in=keys).update(**EMPTIED)


def ended(before: datetime, booking: str) -> Q:
    """Of bookings that never came to be, `booking` being the lookup of theirs: they ran out, or were cancelled."""
    over = Q(**{f"{booking}__status": BookingStatus.CANCELLED, f"{booking}__cancelled_at__lt": before})
    return over | ran_out(before, booking)


def ran_out(before: datetime, booking: str) -> Q:
    """Of holds whose time was over before that."""
    return Q(**{f"{booking}__status": BookingStatus.EXPIRED, f"{booking}__hold_expires_at__lt": before})


@forget("guardians and health of under-18s", remove=_empty)
def old_care(before: datetime) -> QuerySet[Care]:
    """Once the session has ended."""
    return Care.objects.filter(attendee__booking__session__ends_at__lt=before).exclude(**EMPTIED)


@forget("guardians and health of bookings that ended", remove=_empty)
def care_of_ended_bookings(before: datetime) -> QuerySet[Care]:
    """Of those who never came."""
    return Care.objects.filter(ended(before, "attendee__booking")).exclude(**EMPTIED)
