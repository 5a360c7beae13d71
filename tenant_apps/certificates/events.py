"""What happens with certificates."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from shared_apps.core.types import JsonObject
from shared_apps.events.bus import DomainEvent, Find, Told


@dataclass(frozen=True, kw_only=True)
class CertificateIssued(DomainEvent, name="certificate.issued", told=Told(_("Certificate issued"), "award", "success")):
    """Somebody has a certificate; `by_hand`: the office gave it. `quietly`: they are not told."""

    certificate_id: UUID
    by_hand: bool = False
    quietly: bool = False

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return [_t("By hand")] if payload.get("by_hand") else []


@dataclass(frozen=True, kw_only=True)
class CertificateRevoked(DomainEvent, name="certificate.revoked", told=Told(_("Certificate revoked"), "ban", "error")):
    """It counts no more; `replaced`: another one names it."""

    certificate_id: UUID
    replaced: bool = False


@dataclass(frozen=True, kw_only=True)
class CertificateExpiring(
    DomainEvent, name="certificate.expiring", told=Told(_("Told that it expires"), "bell", "warning")
):
    """It expires soon, which its holder is told."""

    certificate_id: UUID


@dataclass(frozen=True, kw_only=True)
class ResultsEntered(DomainEvent, name="results.entered", told=Told(_("Results entered"), "clipboard-check")):
    """Somebody wrote down how the attendees of these seats did in the assessment of a session."""

    session_id: UUID
    attendee_ids: list[str]

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        people = len(payload.get("attendee_ids", []))
        return [ngettext("%d person", "%d people", people) % people]


@dataclass(frozen=True, kw_only=True)
class CourseRuleChanged(
    DomainEvent, name="course.certificates_changed", told=Told(_("What earns a certificate changed"), "award")
):
    """A course asks for something else, or its certificates are valid for another time; `fields` names what."""

    course_id: UUID
    fields: list[str]
