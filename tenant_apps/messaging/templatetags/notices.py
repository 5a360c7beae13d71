"""What pages show of somebody's inbox."""

from collections.abc import Mapping
from uuid import UUID

from django import template
from django.http import HttpRequest
from django.template.context import Context

from shared_apps.accounts.models import User
from shared_apps.events.timeline import About
from shared_apps.tenants.context import tenant_or_none
from tenant_apps.messaging.inbox import unread_count

register = template.Library()


@register.filter
def of_key(records: Mapping[UUID, About], key: UUID | None) -> About | None:
    """`{{ records|of_key:row.about_id }}`: the record with this key, None where there is none."""
    return records.get(key) if key else None


@register.simple_tag(takes_context=True)
def unread_notices(context: Context) -> int:
    """How many notices nobody has opened, of whoever is signed in; 100 stands for more."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if not isinstance(request, HttpRequest) or not isinstance(user, User) or tenant_or_none() is None:
        return 0
    return unread_count(user)
