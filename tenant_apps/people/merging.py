"""The office says that two records are one person, or that they are two after all."""

from django.db import transaction
from django.db.models import Q

from shared_apps.accounts.models import User
from shared_apps.core.time import now
from shared_apps.core.types import JsonObject
from shared_apps.events.bus import emit
from tenant_apps.people.access import within
from tenant_apps.people.errors import BothSignIn, BothTeach, CannotPart, RoleAboveOwn, SamePerson
from tenant_apps.people.events import PeopleMerged, PeopleParted
from tenant_apps.people.identity import claim_for
from tenant_apps.people.joining import Moved, join, people_parted
from tenant_apps.people.models import Access, ContactPoint, Merge, Person, Student


@transaction.atomic
def merge_people(*, kept: Person, absorbed: Person, by: User | None) -> Merge:
    """The office says that two records are one person: what hung on either is of one of them, and the other ends.

    That is `kept`, unless only the other has an account, or teaches: then it is that one. Its address stays, too.
    Raises `SamePerson`, `BothSignIn`, `BothTeach`, `RoleAboveOwn`.
    """
    kept, absorbed = _locked(kept, absorbed)
    if kept.pk == absorbed.pk or kept.merged_into_id or absorbed.merged_into_id:
        raise SamePerson
    if kept.user_id and absorbed.user_id:
        raise BothSignIn
    if hasattr(kept, "trainer") and hasattr(absorbed, "trainer"):
        raise BothTeach
    _refuse_above(kept, absorbed, by=by)
    own, other = (absorbed, kept) if absorbed.user_id else (kept, absorbed)
    person, merge = join(own, other)
    claim_for(person)
    emit(PeopleMerged(person_id=person.pk, other_id=merge.absorbed_id), by=by, subject=person)
    return merge


@transaction.atomic
def split_person(merge: Merge, *, by: User | None) -> Person:
    """The office takes back that two records are one person; the one that had ended, with what it had then.

    What the other record got since stays there. Raises `CannotPart` when it was taken back already, or the record was
    joined with another one since, or was erased; `RoleAboveOwn`.
    """
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    kept, restored = _locked(merge.kept, merge.absorbed)
    theirs, ours = merge.said(restored), merge.said(kept)
    later = Merge.objects.standing().filter(Q(kept=kept) | Q(absorbed=kept), pk__gt=merge.pk)
    if merge.undone_at or kept.merged_into_id or not theirs or later.exists():
        raise CannotPart
    _refuse_above(kept, restored, by=by)
    if theirs["user_id"] and str(kept.user_id) == theirs["user_id"]:
        kept.user = None
    joined = {"phone": ours["phone"] or theirs["phone"], "email": ours["email"] or theirs["email"]}
    for field, value in joined.items():
        if getattr(kept, field) in (value, theirs[field]):
            setattr(kept, field, ours[field])
    if str(kept.organisation_id or "") == (theirs["organisation_id"] or ""):
        kept.organisation_id = ours["organisation_id"]
    kept.save()
    # Each of their addresses that was proven comes back with them; the primary one follows from the row.
    Moved(merge.moved).give_back(kept=kept, to=restored)
    restored.user = User.objects.filter(pk=theirs["user_id"], person=None).first() if theirs["user_id"] else None
    restored.email, restored.active, restored.merged_into = theirs["email"], theirs["active"], None
    restored.save()
    _part_notes(kept, ours, restored, theirs)
    people_parted(kept=kept, restored=restored)
    claim_for(restored)
    merge.undone_at = now()
    merge.save(update_fields=["undone_at"])
    emit(PeopleParted(person_id=kept.pk, other_id=restored.pk), by=by, subject=kept)
    return restored


def alike(person: Person) -> list[Person]:
    """Who may be the same as `person`: reached at the same address or number, or of the same name."""
    reached = ContactPoint.objects.filter(value__in=person.contact_points.values("value")).values("person")
    others = Person.objects.filter(Q(pk__in=reached) | Q(name__iexact=person.name), merged_into=None)
    return list(
        others.filter(Q(student__isnull=False) | Q(bookings__isnull=False)).exclude(pk=person.pk).distinct()[:10]
    )


def _locked(*people: Person) -> list[Person]:
    """The rows of `people`, locked; in the order in which they were given."""
    keys = [person.pk for person in people]
    rows = Person.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys)
    list(rows.order_by("pk").values_list("pk"))
    found = Person.objects.select_related("user", "trainer", "organisation").in_bulk(keys)
    return [found[pk] for pk in keys]


def _refuse_above(*people: Person, by: User | None) -> None:
    """Raises `RoleAboveOwn` when the account of one of them may do more than `by`."""
    if by is not None and any(one.user is not None and not within(by, one.user.roles) for one in people):
        raise RoleAboveOwn


def _part_notes(kept: Person, ours: JsonObject, restored: Person, theirs: JsonObject) -> None:
    """Each has the notes it had, but for those that were changed since."""
    if theirs["is_student"]:
        Student.objects.get_or_create(person=restored, defaults={"notes": theirs["notes"]})
    both = "\n\n".join(filter(None, [ours["notes"], theirs["notes"]]))
    for student in Student.objects.filter(person=kept):
        if student.notes == both:
            student.notes = ours["notes"]
            student.save(update_fields=["notes"])
    if not ours["is_student"] and not Access.objects.filter(person=kept, kind="self").exists():
        Student.objects.filter(person=kept, notes="").delete()
