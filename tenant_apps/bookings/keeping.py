"""What is not kept of bookings for ever."""

from datetime import datetime

from django.db.models import Q, QuerySet

from shared_apps.timers.retention import forget
from tenant_apps.bookings.care_models import Care


@forget(
    "guardians and health of under-18s", date_of_birth=None, guardian_is_buyer=False, guardian_name="",
    guardian_phone="", guardian_email="", relation="", emergency_phone="", collectors="", note="",
)  # fmt: skip
def old_care(before: datetime) -> QuerySet[Care]:
    """Once the session has ended; what was agreed to, and when, stays."""
    nothing = Q(
        date_of_birth=None, guardian_name="", guardian_phone="", guardian_email="", relation="", emergency_phone="",
        collectors="", note="",
    )  # fmt: skip
    return Care.objects.filter(attendee__booking__session__ends_at__lt=before).exclude(nothing)
