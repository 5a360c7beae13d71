"""Materials on pages of other apps."""

from uuid import UUID

from django import template
from django.urls import reverse

from shared_apps.accounts.models import Visitor
from tenant_apps.bookings.models import Booking
from tenant_apps.materials.models import Material
from tenant_apps.materials.selectors import Shown, materials_for, materials_of
from tenant_apps.scheduling.models import Session

register = template.Library()


@register.simple_tag
def booking_materials(booking: Booking, token: str) -> list[tuple[Material, str]]:
    """What whoever has the link of `booking` gets now, each with where it is."""
    return [(row, row.url or reverse("booking_material", args=[token, row.pk])) for row in materials_for(booking)]


@register.simple_tag
def session_materials(session: Session) -> list[Shown]:
    """All materials of a session, for its page in the office, with when those booked see them."""
    return [Shown(row, session) for row in materials_of(session)]


@register.filter
def may_change(material: Material, user: Visitor) -> bool:
    """Whether this user may change it: see `Material.objects.changeable_by`."""
    return Material.objects.changeable_by(user).filter(pk=material.pk).exists()


@register.filter
def has_materials(booking: Booking, having: set[UUID] | None) -> bool:
    """Whether `booking` is one of those that have some."""
    return booking.pk in (having or ())
