from dataclasses import dataclass
from uuid import UUID

from shared_apps.events.bus import DomainEvent

# What changed is named, not quoted: the history is kept for good, and people may ask to be forgotten.


@dataclass(frozen=True, kw_only=True)
class StudentChanged(DomainEvent, name="student.changed"):
    """The office changed a student, or `made` one; `fields` names what."""

    person_id: UUID
    fields: list[str]
    made: bool = False


@dataclass(frozen=True, kw_only=True)
class StudentActivityChanged(DomainEvent, name="student.activity_changed"):
    """A student was taken out of lists, or is back."""

    person_id: UUID
    active: bool


@dataclass(frozen=True, kw_only=True)
class TrainerChanged(DomainEvent, name="trainer.changed"):
    """The office changed a trainer, or `made` one; `fields` names what."""

    person_id: UUID
    fields: list[str]
    made: bool = False


@dataclass(frozen=True, kw_only=True)
class TrainerActivityChanged(DomainEvent, name="trainer.activity_changed"):
    """A trainer is shown no longer, or again."""

    person_id: UUID
    active: bool


@dataclass(frozen=True, kw_only=True)
class ColleagueInvited(DomainEvent, name="colleague.invited"):
    """Somebody was asked to work here, with these roles."""

    user_id: UUID
    roles: list[str]


@dataclass(frozen=True, kw_only=True)
class RolesChanged(DomainEvent, name="colleague.roles_changed"):
    """What somebody may do is another thing now."""

    user_id: UUID
    before: list[str]
    after: list[str]


@dataclass(frozen=True, kw_only=True)
class AccessChanged(DomainEvent, name="colleague.access_changed"):
    """Somebody may sign in no longer, or again."""

    user_id: UUID
    active: bool


@dataclass(frozen=True, kw_only=True)
class ColleagueRenamed(DomainEvent, name="colleague.renamed"):
    """Somebody who works here is called otherwise."""

    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class AddressAwaitsProof(DomainEvent, name="person.address_awaits_proof"):
    """The office gave somebody with an account another address; they were sent a link to prove it."""

    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class PeopleJoined(DomainEvent, name="person.joined"):
    """Two records turned out to be one person, who proved both addresses; `other_id` is the one that ended."""

    person_id: UUID
    other_id: UUID


@dataclass(frozen=True, kw_only=True)
class AccountChanged(DomainEvent, name="student.access_changed"):
    """The account of somebody who doesn't work here was closed, or opened again."""

    person_id: UUID | None
    active: bool


@dataclass(frozen=True, kw_only=True)
class AccountRolesChanged(DomainEvent, name="student.roles_changed"):
    """Somebody is a student, a company's contact, or both."""

    person_id: UUID | None
    before: list[str]
    after: list[str]


@dataclass(frozen=True, kw_only=True)
class AccountRenamed(DomainEvent, name="student.renamed"):
    """Somebody who doesn't work here is called otherwise."""

    person_id: UUID | None
