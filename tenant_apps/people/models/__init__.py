"""People: who they are, how they are reached, who may act for them, and what they are here."""

from tenant_apps.people.models.access import Access, AccessKind, persons_of
from tenant_apps.people.models.contacts import ContactKind, ContactPoint, normalised
from tenant_apps.people.models.merges import Merge
from tenant_apps.people.models.person import Organisation, Person, PersonQuerySet
from tenant_apps.people.models.roles import Student, StudentQuerySet, Trainer, TrainerQuerySet

__all__ = [
    "Access", "AccessKind", "ContactKind", "ContactPoint", "Merge", "Organisation", "Person", "PersonQuerySet",
    "Student", "StudentQuerySet", "Trainer", "TrainerQuerySet", "normalised", "persons_of",
]  # fmt: skip
