from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.roles import ROLES
from shared_apps.core.types import JsonObject
from shared_apps.events.bus import DomainEvent, Find, Told

# What changed is named, not quoted: the history is kept for good, and people may ask to be forgotten.


@dataclass(frozen=True, kw_only=True)
class StudentChanged(
    DomainEvent,
    name="student.changed",
    told=Told(_("Student changed"), "pencil"),
    told_new=Told(_("Student added"), "plus", "info"),
):
    """The office changed a student, or `made` one; `fields` names what."""

    person_id: UUID
    fields: list[str]
    made: bool = False


@dataclass(frozen=True, kw_only=True)
class StudentActivityChanged(DomainEvent, name="student.activity_changed", told=Told(_("Student"), "archive")):
    """A student was taken out of lists, or is back."""

    person_id: UUID
    active: bool

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return [_t("Active again") if payload["active"] else _t("Made inactive")]


@dataclass(frozen=True, kw_only=True)
class TrainerChanged(
    DomainEvent,
    name="trainer.changed",
    told=Told(_("Trainer changed"), "pencil"),
    told_new=Told(_("Trainer added"), "plus", "info"),
):
    """The office changed a trainer, or `made` one; `fields` names what."""

    person_id: UUID
    fields: list[str]
    made: bool = False


@dataclass(frozen=True, kw_only=True)
class TrainerActivityChanged(DomainEvent, name="trainer.activity_changed", told=Told(_("Trainer"), "eye-off")):
    """A trainer is shown no longer, or again."""

    person_id: UUID
    active: bool

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return [_t("Shown again") if payload["active"] else _t("Shown no longer")]


@dataclass(frozen=True, kw_only=True)
class ColleagueInvited(DomainEvent, name="colleague.invited", told=Told(_("Invited to the team"), "mail", "info")):
    """Somebody was asked to work here, with these roles."""

    user_id: UUID
    roles: list[str]

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return [_names(payload["roles"])]


@dataclass(frozen=True, kw_only=True)
class RolesChanged(
    DomainEvent, name="colleague.roles_changed", told=Told(_("Roles changed"), "shield-check", "warning")
):
    """What somebody may do is another thing now."""

    user_id: UUID
    before: list[str]
    after: list[str]

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return [_from_to(payload)]


@dataclass(frozen=True, kw_only=True)
class AccessChanged(DomainEvent, name="colleague.access_changed", told=Told(_("Access"), "shield-check", "warning")):
    """Somebody may sign in no longer, or again."""

    user_id: UUID
    active: bool

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return [_t("May sign in again") if payload["active"] else _t("May sign in no longer")]


@dataclass(frozen=True, kw_only=True)
class ColleagueRenamed(DomainEvent, name="colleague.renamed", told=Told(_("Name changed"), "pencil")):
    """Somebody who works here is called otherwise."""

    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class AddressAwaitsProof(
    DomainEvent,
    name="person.address_awaits_proof",
    told=Told(_("New email address, waiting for proof"), "mail", "info"),
):
    """The office gave somebody with an account another address; they were sent a link to prove it."""

    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class PeopleJoined(
    DomainEvent,
    name="person.joined",
    told=Told(_("Two records joined: both email addresses are theirs"), "users", "info"),
):
    """Two records turned out to be one person, who proved both addresses; `other_id` is the one that ended."""

    person_id: UUID
    other_id: UUID


@dataclass(frozen=True, kw_only=True)
class PersonClaimed(
    DomainEvent,
    name="person.claimed",
    told=Told(_("Whoever proved their email address sees their bookings"), "key-round", "info"),
):
    """An account proved an address of somebody who has none, and has access to them."""

    person_id: UUID
    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class MistypedJoined(
    DomainEvent,
    name="person.mistyped_joined",
    told=Told(_("Bookings under a mistyped address joined"), "users", "info"),
):
    """The office said that a record with a mistyped address, `other_id`, is of this person."""

    person_id: UUID
    other_id: UUID


@dataclass(frozen=True, kw_only=True)
class PeopleMerged(DomainEvent, name="person.merged", told=Told(_("Joined with another record"), "users", "info")):
    """The office said that two records are one person; `other_id` is the one that ended."""

    person_id: UUID
    other_id: UUID


@dataclass(frozen=True, kw_only=True)
class PeopleParted(DomainEvent, name="person.parted", told=Told(_("Parted from another record"), "users", "warning")):
    """The office took back that two records are one person; `other_id` is the one that is back."""

    person_id: UUID
    other_id: UUID


@dataclass(frozen=True, kw_only=True)
class PersonExported(
    DomainEvent, name="person.exported", told=Told(_("Everything about them was exported"), "download", "info")
):
    """Somebody took a file of all that is known of a person."""

    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class PersonErased(
    DomainEvent, name="person.erased", told=Told(_("Erased: their details are gone for good"), "eraser", "error")
):
    """What was personal of somebody was forgotten."""

    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class GuardianAdded(DomainEvent, name="person.guardian_added", told=Told(_("Guardian added"), "user-plus", "info")):
    """An account sees, and acts for, somebody else, as the office said."""

    person_id: UUID
    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class GuardianRemoved(
    DomainEvent, name="person.access_removed", told=Told(_("Somebody else's access ended"), "key-round", "warning")
):
    """An account sees nothing of somebody else any more, as the office said."""

    person_id: UUID
    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class AccountChanged(DomainEvent, name="student.access_changed", told=Told(_("Account"), "key-round", "warning")):
    """The account of somebody who doesn't work here was closed, or opened again."""

    person_id: UUID | None
    active: bool

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return [_t("May sign in again") if payload["active"] else _t("Closed: can't sign in")]


@dataclass(frozen=True, kw_only=True)
class AccountRolesChanged(
    DomainEvent, name="student.roles_changed", told=Told(_("Roles changed"), "shield-check", "warning")
):
    """Somebody is a student, a company's contact, or both."""

    person_id: UUID | None
    before: list[str]
    after: list[str]

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return [_from_to(payload)]


@dataclass(frozen=True, kw_only=True)
class AccountRenamed(DomainEvent, name="student.renamed", told=Told(_("Name changed"), "pencil")):
    """Somebody who doesn't work here is called otherwise."""

    person_id: UUID | None


def _names(roles: Iterable[str]) -> str:
    return ", ".join(str(ROLES.get(role, role)) for role in roles)


def _from_to(payload: JsonObject) -> str:
    before, after = (_names(payload[side]) or _t("nothing") for side in ("before", "after"))
    return f"{before} → {after}"
