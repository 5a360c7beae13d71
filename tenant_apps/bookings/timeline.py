"""What timelines say of bookings, and of the money that belongs to one."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from shared_apps.events.timeline import About, name_fields, records, rows_of, subject
from tenant_apps.bookings.models import Booking, WaitingListEntry
from tenant_apps.scheduling.models import Session
from tenant_apps.scheduling.timeline import sessions


def _name(booking: Booking) -> str:
    return f"{booking.reference}, {booking.contact_name}"


def _of_orders(orders: set[UUID]) -> dict[UUID, About]:
    rows = Booking.objects.filter(order_id__in=orders)
    return {row.order_id: About(_name(row), "office:booking", row.pk) for row in rows if row.order_id}


subject("booking", find=records(Booking.objects.all, _name, "office:booking"))
subject("waiting_list", find=sessions)
rows_of("entry_id", lambda: WaitingListEntry.objects.select_related("person"))
subject("payment", "refund", "order", "credit", find=_of_orders)
for key in ("from_session_id", "to_session_id"):
    rows_of(key, lambda: Session.objects.select_related("course"))
name_fields({"contact_name": _("Name"), "contact_phone": _("Phone")})
