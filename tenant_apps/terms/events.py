"""What happens with a provider's terms."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from shared_apps.core.types import JsonObject
from shared_apps.events.bus import DomainEvent, Find, Told


@dataclass(frozen=True, kw_only=True)
class TermsPublished(DomainEvent, name="terms.published", told=Told(_("Terms published"), "file-check", "success")):
    """From now on this version counts for whoever agrees."""

    version_id: UUID
    kind: str
    number: int

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return [str(_("Version %s") % payload.get("number"))]
