"""Until when a buyer says who comes, and what a course asks of them."""

from datetime import datetime, timedelta

from shared_apps.core.time import now
from tenant_apps.bookings.models import Booking
from tenant_apps.terms.models import BookingTerms


def may_be_named(booking: Booking) -> bool:
    """Whether its buyer may still say who comes."""
    return booking.is_changeable and now() < named_until(booking)


def named_until(booking: Booking) -> datetime:
    """Until when its buyer may say who comes."""
    return booking.session.starts_at - timedelta(hours=BookingTerms.objects.load().names_until_hours)
