from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from shared_apps.core.types import JsonObject
from shared_apps.events.bus import DomainEvent, Find, Told


def _who(find: Find) -> list[str]:
    row = find("interest_id")
    return [str(row.person)] if row else []


@dataclass(frozen=True, kw_only=True)
class InterestRegistered(
    DomainEvent, name="interest.registered", told=Told(_("Somebody waits for a date"), "hourglass", "info"),
    by_visitor=True,
):  # fmt: skip
    """Somebody wants to hear when a course, which this is about, has a date."""

    interest_id: UUID

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return _who(find)


@dataclass(frozen=True, kw_only=True)
class InterestLeft(
    DomainEvent, name="interest.left", told=Told(_("Somebody waits for a date no longer"), "circle-x"), by_visitor=True
):
    """Somebody does not want to hear of a course's dates any more."""

    interest_id: UUID

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return _who(find)


@dataclass(frozen=True, kw_only=True)
class DatesOpened(
    DomainEvent, name="interest.dates_opened", told=Told(_("Those who waited for a date are told"), "mail", "success")
):
    """A course has dates to book, and these people who waited for one are to be told: keys of their `interest`."""

    interest: list[str]

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        n = len(payload["interest"])
        return [ngettext("%d person", "%d people", n) % n]
