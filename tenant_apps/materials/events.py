"""What happens with materials."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from shared_apps.core.types import JsonObject
from shared_apps.events.bus import DomainEvent, Find, Told


def _title(payload: JsonObject) -> list[str]:
    return [str(payload["title"])] if payload.get("title") else []


@dataclass(frozen=True, kw_only=True)
class MaterialAdded(DomainEvent, name="material.added", told=Told(_("Material added"), "paperclip", "info")):
    """A course or a session has another file or link."""

    material_id: UUID
    title: str

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return _title(payload)


@dataclass(frozen=True, kw_only=True)
class MaterialChanged(DomainEvent, name="material.changed", told=Told(_("Material changed"), "pencil")):
    """It is called otherwise, leads elsewhere, is for others, or is seen at another time; `fields` names what."""

    material_id: UUID
    title: str
    fields: list[str]

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return _title(payload)


@dataclass(frozen=True, kw_only=True)
class MaterialRemoved(DomainEvent, name="material.removed", told=Told(_("Material removed"), "trash-2", "warning")):
    """Nobody gets it any more."""

    material_id: UUID
    title: str

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return _title(payload)


@dataclass(frozen=True, kw_only=True)
class MaterialBroughtBack(DomainEvent, name="material.brought_back", told=Told(_("Material brought back"), "undo-2")):
    """What was removed is there again."""

    material_id: UUID
    title: str

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return _title(payload)


@dataclass(frozen=True, kw_only=True)
class MaterialsToTell(
    DomainEvent, name="material.news", told=Told(_("Those booked were told of new materials"), "mail", "info")
):
    """Those booked on a session are to be told of what was added to it from `since` on, an instant, ISO 8601.

    `news_id` is the same however often that is delivered.
    """

    session_id: UUID
    news_id: UUID
    since: str
