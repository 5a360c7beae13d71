"""What a page says of a clock that was moved."""

from dataclasses import dataclass
from datetime import datetime

from django import template
from django.conf import settings

from shared_apps.core.time import now
from shared_apps.tenants.context import tenant_or_none

register = template.Library()


@dataclass(frozen=True)
class SiteClock:
    """What the clock of a site in a sandbox shows, whether it is ahead, and where it is moved."""

    shows: datetime
    is_ahead: bool
    url: str


@register.simple_tag
def site_clock() -> SiteClock | None:
    """`{% site_clock as clock %}`: nothing outside a sandbox, where no clock can be moved."""
    tenant = tenant_or_none() if settings.SANDBOX else None
    if tenant is None:
        return None
    return SiteClock(now(), bool(tenant.clock_ahead), f"{settings.SANDBOX_PUBLIC_URL}/clocks/{tenant.slug}/")
