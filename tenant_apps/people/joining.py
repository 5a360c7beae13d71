"""One record of two, and what it takes to undo that. Rules about who may be joined with whom are not here."""

from collections.abc import Mapping
from uuid import UUID

from django.apps import apps
from django.db.models import Model, QuerySet

from shared_apps.core.hooks import Hook
from shared_apps.core.types import JsonObject
from tenant_apps.people.models import Access, AccessKind, ContactKind, ContactPoint, Merge, Person, Student, Trainer

# Two records turned out to be one person: whoever has rows of `absorbed` moves them to `kept`, by `moved.move`.
# `addresses` are those that both had, by their keys.
people_joined = Hook()
# They are two persons again: what had moved to `kept` and was still theirs is of `restored`.
people_parted = Hook()

ORDER = "order"  # the key under which the places are kept as they were moved
FIELDS = ("name", "email", "phone", "organisation_id", "user_id", "active", "pending_email")


class Moved:
    """The rows that a merge moves: their keys, by table and by the field that names the person."""

    def __init__(self, rows: Mapping[str, list[str]] | None = None) -> None:
        self.rows: dict[str, list[str]] = dict(rows or {})
        # In which order rows are locked: that of whoever moved them, which JSON does not keep.
        self.order: list[str] = self.rows.pop(ORDER, list(self.rows))

    def move(self, rows: QuerySet[Model], field: str, *, to: Person) -> None:
        """Let `field` of `rows` name `to`, and remember which they were."""
        keys = self.note(rows, field)
        rows.model._base_manager.filter(pk__in=keys).update(**{field: to})

    def note(self, rows: QuerySet[Model], field: str) -> list[UUID]:
        """Remember `rows`, whose `field` somebody else lets name another person; their keys."""
        keys = list(rows.values_list("pk", flat=True))
        if keys:
            place = f"{rows.model._meta.label_lower}.{field}"
            self.rows[place] = [str(key) for key in keys]
            self.order.append(place)
        return keys

    def kept(self) -> dict[str, list[str]]:
        """What is stored of it."""
        return {**self.rows, ORDER: self.order}

    def give_back(self, *, kept: Person, to: Person) -> None:
        """Let them name `to`, those that name `kept` still."""
        for place in sorted(self.rows, key=lambda place: self.order.index(place) if place in self.order else 0):
            keys = self.rows[place]
            label, field = place.rsplit(".", 1)
            rows = apps.get_model(label)._base_manager.filter(pk__in=keys, **{field: kept})
            rows.update(**{field: to})


def join(own: Person, other: Person) -> tuple[Person, Merge]:
    """One record of two, with everything that hung on either; what a trainer is hangs on the record that is one.

    The address is that of `own`, where it has one. Two trainers stay two, since each teaches sessions: the second only
    gives up its address and its bookings.
    """
    kept, absorbed = (other, own) if hasattr(other, "trainer") and not hasattr(own, "trainer") else (own, other)
    before = {str(person.pk): _said(person) for person in (kept, absorbed)}
    moved = Moved()
    kept.phone = kept.phone or absorbed.phone
    kept.organisation = kept.organisation or absorbed.organisation
    kept.active = kept.active or absorbed.active
    kept.pending_email = kept.pending_email or absorbed.pending_email
    email, account = own.email or other.email, absorbed.user
    noted = dict(Student.objects.filter(person__in=[kept, absorbed]).values_list("person_id", "notes"))
    if noted:
        notes = "\n\n".join(filter(None, [noted.get(kept.pk), noted.get(absorbed.pk)]))
        Student.objects.update_or_create(person=kept, defaults={"notes": notes})
    Student.objects.filter(person=absorbed).delete()
    addresses: dict[UUID, str] = {own.pk: own.email, other.pk: other.email}
    _move_contacts(absorbed, kept, moved)
    absorbed.email, absorbed.user, absorbed.pending_email = "", None, ""
    if not Trainer.objects.filter(person=absorbed).exists():
        absorbed.active, absorbed.merged_into = False, kept
    absorbed.save()
    kept.email, kept.user = email, kept.user or account
    kept.save()
    people_joined(kept=kept, absorbed=absorbed, addresses=addresses, moved=moved)
    if Student.objects.filter(person=absorbed).delete()[0]:  # a booking of theirs was confirmed until now
        Student.objects.get_or_create(person=kept)
    return kept, Merge.objects.create(kept=kept, absorbed=absorbed, moved=moved.kept(), before=before)


def _move_contacts(absorbed: Person, kept: Person, moved: Moved) -> None:
    """Addresses that were proven come along, and guardians. What others typed, or saw because of it, does not."""
    proven = ContactPoint.objects.filter(person=absorbed, kind=ContactKind.EMAIL, verified_at__isnull=False)
    proven = proven.exclude(value__in=kept.contact_points.values("value"))
    proven.update(is_primary=False)
    moved.move(proven, "person", to=kept)
    access = Access.objects.filter(person=absorbed)
    moved.move(access.filter(kind=AccessKind.GUARDIAN).exclude(user__in=kept.access.values("user")), "person", to=kept)
    access.exclude(kind=AccessKind.SELF).filter(person=absorbed).delete()


def _said(person: Person) -> JsonObject:
    notes = Student.objects.filter(person=person).values_list("notes", flat=True).first()
    return {field: getattr(person, field) for field in FIELDS} | {"is_student": notes is not None, "notes": notes or ""}
