"""What a booking's receipt says of it."""

from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.selectors import paid_with
from tenant_apps.documents.models import Document
from tenant_apps.payments.receipts import Sold, issue_receipt


def receipt_of(booking: Booking) -> Document | None:
    """The receipt of all that was paid with `booking`, as things stand now; None when nothing was."""
    return issue_receipt(booking.order, _sold(booking)) if booking.order else None


def _sold(booking: Booking) -> Sold:
    others = [other for other in paid_with(booking) if other.stands]  # the order stands for these
    return Sold(
        name=booking.contact_name, company=booking.company, email=booking.shown_email, reference=booking.reference,
        cancelled_at=None if others else booking.cancelled_at, owed=booking.stands or bool(others),
    )  # fmt: skip
