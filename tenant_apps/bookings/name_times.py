"""Until when a buyer says who comes, which names are missing, and the link that opens the names alone."""

from datetime import datetime, timedelta

from shared_apps.core.time import now
from shared_apps.tenants.urls import tenant_url
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.selectors import names_token
from tenant_apps.terms.models import BookingTerms


def may_be_named(booking: Booking) -> bool:
    """Whether its buyer may still say who comes."""
    return booking.is_changeable and now() < named_until(booking)


def named_until(booking: Booking) -> datetime:
    """Until when its buyer may say who comes."""
    return booking.session.starts_at - timedelta(hours=BookingTerms.objects.load().names_until_hours)


def missing_names(booking: Booking) -> int:
    """On how many of its seats nobody was named."""
    return max(0, booking.seats - booking.attendees.count())


def names_link(booking: Booking) -> str:
    """The absolute URL of the page that opens the names and nothing else."""
    return tenant_url("booking_people", names_token(booking))


def names_wanted(booking: Booking) -> dict[str, object]:
    """What who booked reads of seats without a name: how many, until when, and the link to hand on; else nothing."""
    missing = missing_names(booking)
    if not missing or not may_be_named(booking):
        return {}
    link = names_link(booking) if booking.seats > 1 else ""
    return {"names_missing": missing, "named_until": named_until(booking), "people_link": link}
