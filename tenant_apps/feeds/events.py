"""What happens with calendars to subscribe to."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shared_apps.core.types import JsonObject
from shared_apps.events.bus import DomainEvent, Find, Told
from tenant_apps.feeds.models import Kind


def _whose(payload: JsonObject) -> str:
    kind = payload.get("kind")
    return str(Kind(kind).label).capitalize() if kind in Kind.values else ""


@dataclass(frozen=True, kw_only=True)
class FeedMade(DomainEvent, name="feed.made", told=Told(gettext_lazy("Calendar link made"), "calendar-plus")):
    """There is a link to a calendar; `instead`: the former one opens nothing any more."""

    feed_id: UUID
    kind: str
    instead: bool = False

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return [_whose(payload), *([_("instead of the former link")] if payload.get("instead") else [])]


@dataclass(frozen=True, kw_only=True)
class FeedRevoked(
    DomainEvent, name="feed.revoked", told=Told(gettext_lazy("Calendar link ended"), "calendar-off", "warning")
):
    """The link opens nothing any more, and no other one does."""

    feed_id: UUID
    kind: str

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return [_whose(payload)]
