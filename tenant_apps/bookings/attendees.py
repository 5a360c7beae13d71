"""Who sits on the seats of a booking: each of them a person, perhaps known by a name alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, QuerySet

from shared_apps.accounts.models import User
from shared_apps.core.hooks import Hook
from shared_apps.core.inserts import insert
from shared_apps.core.locking import lock_row
from shared_apps.core.models import Row, know
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from tenant_apps.bookings.answers import forget_answers
from tenant_apps.bookings.care import forget_care
from tenant_apps.bookings.errors import AttendsAlready, TooManyAttendees
from tenant_apps.bookings.events import AttendeeKnown
from tenant_apps.bookings.models import Attendee, Booking
from tenant_apps.people.identity import same_name
from tenant_apps.people.models import ContactKind, ContactPoint, Person
from tenant_apps.people.services import record_that_stands
from tenant_apps.scheduling.attendance import forget_attendance
from tenant_apps.scheduling.models import MARKED, Attendance

OUT_OF_THE_WAY = 10_000  # seats; more than any session has
# Called with an `attendee` whose person is another record from now on, and `before`, the key of the former: it is the
# same human being, so whoever has something that hangs on that seat and names its person lets it name the other one.
seat_is_of = Hook()


def write_attendees(
    booking: Booking, attendees: Sequence[dict[str, str]], *, former_buyer: UUID | None = None,
    together: list[Row] | None = None, by_office: bool = False,
) -> list[int]:  # fmt: skip
    """Put `attendees`, as `{name, email}`, on the seats in order; on which seats anything is another now.

    A row is one person's for good, since registers and certificates refer to it: who is still named keeps theirs
    wherever they sit now, another name takes the row of one who is named no longer, and only what is left over ends.
    Who is meant says `seats_of`; `seat` is where a page showed them, if seats without a name were left out before it.
    But who was marked on a register stays on that of those days, without a seat, and has their row if they come again.
    With `same` beside the name, an attendee's key, they are that one still and only called otherwise.
    An email that is not given stays with its name. Another one takes along what they answered by their own link,
    but for one that is corrected `by_office`: whoever booked may write one of their own, to which that link would go.
    `former_buyer`: whose booking it was until now, so that they are not who comes any more. `together`: the rows with
    which a new booking is about to be written; these are added there.

    Raises `TooManyAttendees`.
    """
    if len(attendees) > booking.seats:
        raise TooManyAttendees
    known = [] if together is not None else list(Attendee.everybody.filter(booking=booking))
    before = {row.pk: _said(row) for row in known if row.left_at is None}
    seated = _seat(booking, attendees, known, former_buyer)
    rows, left, others = seated.rows, seated.left, seated.others
    changed = [row for row in rows if row.pk in others or before.get(row.pk) != _said(row)]
    _forget_what_was_said(booking, seated, before, by_office=by_office)
    if left:
        Attendee.objects.filter(pk__in=[row.pk for row in left]).delete()
        _forget_names([row.person_id for row in left])
    taken = {row.person_id for row in rows if row.pk not in others}
    mended = {row.pk for row in changed if row.pk in before and before[row.pk][1] != row.name}
    former = _give_persons(booking, changed, others=others, mended=mended, taken=taken)
    if moved := [row.pk for row in changed if row.pk in before and before[row.pk][0] != row.position]:
        Attendee.objects.filter(pk__in=moved).update(position=F("position") + OUT_OF_THE_WAY)  # a seat has one person
    added = [row for row in changed if row._state.adding]
    if together is None:
        insert(added)
    else:
        together += added
    fields = ["position", "name", "email", "person", "link_number", "left_at"]
    Attendee.everybody.bulk_update([row for row in changed if not row._state.adding], fields)
    _forget_names(former - {row.person_id for row in rows})
    know(booking, "attendees", rows)
    if {email for *_who, email in before.values()} - {"", *(row.email for row in rows)}:
        # Their calendars are told that they don't come; if they come again, that has to count as newer.
        booking.calendar_sequence += 1
        booking.save(update_fields=["calendar_sequence"])
    return sorted({seat for seat, *_who in set(before.values()) ^ {_said(row) for row in rows}})


@dataclass
class _Seating:
    """Who sits where from now on. Of rows that sat before: which end (`left`), which stay without a seat (`leaves`).

    `others` are rows of which it is asked anew who that is, `replaced` those of somebody else than before; by key.
    """

    rows: list[Attendee] = field(default_factory=list)
    left: list[Attendee] = field(default_factory=list)
    leaves: list[Attendee] = field(default_factory=list)
    others: set[UUID] = field(default_factory=set)
    replaced: set[UUID] = field(default_factory=set)


def _seat(
    booking: Booking, attendees: Sequence[dict[str, str]], known: Sequence[Attendee], former_buyer: UUID | None
) -> _Seating:
    """Put `attendees` on the seats, on rows of `known` or on new ones. Nothing is written yet."""
    left, away = ([row for row in known if (row.left_at is None) is sits] for sits in (True, False))
    same, found = _rows_for(attendees, left, away)
    is_other = [
        row is not None and row.pk not in same and not same_name(row.name, given["name"])
        for given, row in zip(attendees, found, strict=True)
    ]
    been = _been([*left, *(row for row, other in zip(found, is_other, strict=True) if row and other)])
    seated = _Seating(left=[row for row in left if row.pk not in been], leaves=[row for row in left if row.pk in been])
    for seat, (given, row, other) in enumerate(zip(attendees, found, is_other, strict=True), start=1):
        if row is not None and other and row.pk in been:
            seated.leaves.append(row)
            row = None
        if row is None:
            row = Attendee(booking=booking)
            seated.others.add(row.pk)
        elif other:
            row.email = ""  # it was somebody else's
            seated.others.add(row.pk)
            seated.replaced.add(row.pk)
        elif row.person_id == former_buyer:
            seated.others.add(row.pk)
        row.name, row.position, row.email = given["name"], seat, given.get("email", row.email)
        row.left_at = None
        seated.rows.append(row)
    return seated


def _forget_what_was_said(
    booking: Booking, seated: _Seating, before: dict[UUID, tuple[int, str, str]], *, by_office: bool
) -> None:
    """What hangs on a seat goes with whoever sat there: marks, care, answers, the code to come in."""
    rows, replaced = seated.rows, seated.replaced
    if seated.leaves:
        Attendee.everybody.filter(pk__in=[row.pk for row in seated.leaves]).update(left_at=now())
        forget_attendance([row.pk for row in seated.leaves])
    if gone := [*replaced, *(row.pk for row in seated.left)]:
        forget_attendance(gone)
        forget_care(gone)  # it was said of somebody else
        forget_answers(gone)
    for row in rows:
        # Where the address stays it is read by who comes, too, and nobody is sent another code.
        if row.pk in replaced and not (row.email and row.email.lower() == before[row.pk][2].lower()):
            row.link_number += 1
    if not by_office:
        known = [row for row in rows if row.pk in before and row.pk not in replaced]
        kept = [row for row in known if row.person_id != booking.buyer_id]
        forget_answers([row.pk for row in kept if row.email.lower() != before[row.pk][2].lower()], themselves=True)


def seats_of(rows: Iterable[Attendee], named: Sequence[tuple[int, str]]) -> list[Attendee | None]:
    """Of each of `named`, a seat and a name, which of `rows` is theirs; None: of somebody who was not named before.

    Two of one name are told apart by where they sit. Other capitals or spaces are a mended name, and nobody else's.
    """
    left = list(rows)
    here = [
        _take([row for row in left if row.position == seat and same_name(row.name, name)], left) for seat, name in named
    ]
    return [
        row or _take([row for row in left if same_name(row.name, name)], left)
        for row, (_seat, name) in zip(here, named, strict=True)
    ]


def _rows_for(
    attendees: Sequence[dict[str, str]], left: list[Attendee], away: list[Attendee]
) -> tuple[set[UUID], list[Attendee | None]]:
    """The row of each of `attendees`, taken out of `left`, who sit there now, or of `away`, who gave up a seat.

    And the keys of those who were said to be the `same`.
    """
    same = [next((row for row in left if given.get("same") == str(row.pk)), None) for given in attendees]
    named = [
        (0, "") if row else (int(given.get("seat", n)), given["name"])
        for n, (given, row) in enumerate(zip(attendees, same, strict=True), start=1)
    ]
    there = seats_of([row for row in left if row not in same], named)
    found = [row or other for row, other in zip(same, there, strict=True)]
    left[:] = [row for row in left if row not in found]
    for seat, given in enumerate(attendees, start=1):
        row = found[seat - 1] or _take([row for row in away if same_name(row.name, given["name"])], away)
        found[seat - 1] = row or _take([row for row in left if row.position == seat], left)
    return {row.pk for row in same if row}, [row or _take(left, left) for row in found]


def _been(rows: Sequence[Attendee]) -> set[UUID]:
    """Those of `rows`, by their keys, of whom a register says that they came to a day or missed it."""
    if not rows:
        return set()
    marked = Attendance.objects.filter(attendee_id__in=[row.pk for row in rows], status__in=MARKED)
    return set(marked.values_list("attendee_id", flat=True))


@transaction.atomic
def say_who_attends(attendee: Attendee, *, person: Person | None, by: User | None) -> Attendee:
    """The office says that `attendee` is `person`, whom we know; None: somebody else of whom we know the name alone.

    Raises `AttendsAlready` when they sit on another seat of the booking.
    """
    person = record_that_stands(person) if person else None
    attendee = lock_row(Attendee.objects.select_related("booking"), attendee.pk)
    before = attendee.person_id
    if person is not None and person.pk == before:
        return attendee
    if person is None:
        if only_named([before]):
            return attendee
        person = Person.objects.create(name=attendee.name)
        _write_down_address(person, attendee.email)
    elif attendee.booking.attendees.filter(person=person).exists():
        raise AttendsAlready
    attendee.person = person
    attendee.save(update_fields=["person"])
    seat_is_of(attendee=attendee, before=before)
    _forget_names([before])
    event = AttendeeKnown(booking_id=attendee.booking_id, person_id=person.pk, seat=attendee.position)
    emit(event, by=by, subject=attendee.booking)
    return attendee


def who_it_may_be(attendees: Iterable[Attendee]) -> dict[UUID, list[Person]]:
    """For each of `attendees` of whom only a name is known, by its key: whom we know by the address they gave.

    That is for the office to judge: whoever typed it may have mistyped it, or typed somebody else's.
    """
    rows = [row for row in attendees if row.email and row.person_id != row.booking.buyer_id]
    named = only_named([row.person_id for row in rows]) if rows else set()
    rows = [row for row in rows if row.person_id in named]
    emails = {row.email.lower() for row in rows}
    points = ContactPoint.objects.filter(kind=ContactKind.EMAIL, value__in=emails, person__active=True)
    known = [(point.value, point.person) for point in points.exclude(person__in=named).select_related("person")]
    found = {row.pk: [person for value, person in known if value == row.email.lower()] for row in rows}
    return {pk: people for pk, people in found.items() if people}


def only_named(people: Iterable[UUID | None]) -> set[UUID]:
    """Those of `people`, by their keys, of whom we know nothing but that somebody named them, once, on a seat."""
    rows = Person.objects.only_named().filter(pk__in=[pk for pk in people if pk])
    return set(rows.annotate(seats=Count("attendances")).filter(seats__lte=1).values_list("pk", flat=True))


def _give_persons(
    booking: Booking, rows: list[Attendee], *, others: set[UUID], mended: set[UUID], taken: set[UUID | None]
) -> set[UUID]:
    """Each of `rows` has a person: the buyer, where they come themselves, else somebody new; who was only named before.

    `taken`: who sits on the booking's other seats. Of whom we know a name alone is called by the corrected one; so is
    who is written otherwise (`mended`).
    """
    known = [row.person_id for row in rows if row.person_id]
    former = only_named(known) if known else set()
    made: list[Person] = []
    called: list[Person] = []
    for row in rows:
        if row.pk not in others:
            if row.pk in mended and row.person_id in former:
                called.append(Person(pk=row.person_id, name=row.name))
            continue
        if _is_the_buyer(row, booking) and booking.buyer_id not in taken:
            row.person = booking.buyer
        elif row.person_id in former:
            called.append(Person(pk=row.person_id, name=row.name))
        else:
            row.person = Person(name=row.name)
            made.append(row.person)
        taken.add(row.person_id)
    Person.objects.bulk_create(made)
    if called:
        Person.objects.bulk_update(called, ["name"])
    _write_down_addresses(rows, new={person.pk for person in made}, former=former)
    return former


def _is_the_buyer(row: Attendee, booking: Booking) -> bool:
    """Whether whoever booked named themselves; that they typed the address of somebody else changes nothing there."""
    addresses = {"", booking.buyer.email.lower(), booking.contact_email.lower()}
    return same_name(row.name, booking.buyer.name) and row.email.lower() in addresses


def _write_down_addresses(rows: list[Attendee], *, new: set[UUID], former: set[UUID]) -> None:
    """The address that was given for somebody of whom we know a name alone is theirs until it is corrected."""
    if former:
        ContactPoint.objects.filter(person__in=former).delete()
    known = new | former
    points = [_point(row.person_id, row.email) for row in rows if row.email and row.person_id in known]
    ContactPoint.objects.bulk_create(points)


def _write_down_address(person: Person, email: str) -> None:
    if email:
        _point(person.pk, email).save()


def _point(person: UUID | None, email: str) -> ContactPoint:
    assert person is not None
    return ContactPoint(person_id=person, kind=ContactKind.EMAIL, value=email.lower())


def _forget_names(people: Iterable[UUID | None]) -> None:
    """Those of `people` who were named on a seat, and sit there no more, are nobody we know."""
    if not (people := set(people)):
        return
    unseated: QuerySet[Person] = Person.objects.filter(pk__in=only_named(people), attendances=None)
    unseated.delete()


def _take(fitting: list[Attendee], left: list[Attendee]) -> Attendee | None:
    """The first of `fitting`, taken out of `left`; None where nothing fits."""
    row = fitting[0] if fitting else None
    if row is not None:
        left.remove(row)
    return row


def _said(row: Attendee) -> tuple[int, str, str]:
    return row.position, row.name, row.email
