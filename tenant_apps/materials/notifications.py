"""What those booked hear of materials: where they are, with other emails; and once of what was added later."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from shared_apps.events.bus import on
from tenant_apps.bookings.models import Attendee, Booking
from tenant_apps.bookings.notifications import also_told, booking_to_tell, facts
from tenant_apps.bookings.proof import is_proven
from tenant_apps.materials.events import MaterialsToTell
from tenant_apps.materials.models import Material
from tenant_apps.materials.selectors import BOOKED, anything_to_come, attendee_link, open_to_attendees
from tenant_apps.messaging.services import notify
from tenant_apps.scheduling.models import Session


@also_told.add
def say_where_they_are(*, booking: Booking, email: str, context: dict[str, object]) -> None:
    """An email about a confirmed booking says where its materials are, or will be; an attendee's has their own link."""
    if booking.status not in BOOKED or not anything_to_come(booking.session):
        return
    seat = _seat(booking, email) if email else None
    if seat or not email:
        context["materials_url"] = attendee_link(seat) if seat else f"{context['url']}#materials"


@on(MaterialsToTell, name="materials.tell_those_booked")
def tell_those_booked(event: MaterialsToTell) -> None:
    """Of what they see as it is now, and was added after they were booked there."""
    session = Session.objects.select_related("rescheduled_to").get(pk=event.session_id)
    session = session.rescheduled_to or session
    since = datetime.fromisoformat(event.since)
    added = [row for row in open_to_attendees(session) if row.created_at >= since]
    rows = (
        Booking.objects.filter(session=session, status__in=BOOKED).order_by("pk") if added else Booking.objects.none()
    )
    for pk in rows.values_list("pk", flat=True):
        booking = booking_to_tell(pk)
        knows = max(moment for moment in (booking.confirmed_at, booking.came_at, booking.created_at) if moment)
        if fresh := [row for row in added if row.created_at > knows]:
            _tell(booking, fresh, once=f"materials:{event.news_id}:{pk}")


def _tell(booking: Booking, materials: Sequence[Material], *, once: str) -> None:
    """Whoever booked, and each attendee who has an address of their own."""
    proven, rows = is_proven(booking), list(materials)
    context = facts(booking, to_stranger=not proven)
    context |= {"materials": rows, "url": f"{context['url']}#materials"}
    notify(
        "materials/added", person=booking.buyer, user=booking.buyer.user, about=booking, once=once, context=context,
        to_stranger=not proven,
    )  # fmt: skip
    emails = {email.lower(): email for email in booking.attendees.exclude(email="").values_list("email", flat=True)}
    for key, email in sorted(emails.items()):
        seat = _seat(booking, email)
        if key == booking.buyer.email.lower() or seat is None:
            continue
        context = facts(booking, to_stranger=True, email=email)
        context |= {"materials": rows, "for_attendee": True, "url": attendee_link(seat)}
        mark = hashlib.sha256(key.encode()).hexdigest()[:32]
        notify(
            "materials/attending_added", to=email, about=booking, once=f"{once}:{mark}", to_stranger=True,
            context=context, group="attendees",
        )  # fmt: skip


def _seat(booking: Booking, email: str) -> Attendee | None:
    """The first seat of `booking` that is of whoever has this address."""
    return booking.attendees.filter(email__iexact=email).order_by("position").first()
