"""Registering interest in a course without dates, and telling those who did once there are some."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from shared_apps.accounts.models import User
from shared_apps.core.locking import lock_row
from shared_apps.core.states import Actor, move
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from shared_apps.timers.services import set_timer, timer
from tenant_apps.catalogue.models import Course
from tenant_apps.interest.errors import AlreadyInterested, HasDates, NotOnOffer
from tenant_apps.interest.events import DatesOpened, InterestLeft, InterestRegistered
from tenant_apps.interest.models import Interest, InterestStatus
from tenant_apps.interest.selectors import open_dates
from tenant_apps.people.models import Person
from tenant_apps.people.services import record_that_stands

TELL = "interest.tell_of_dates"
WAIT = timedelta(minutes=10)  # after the last date that opened: several of them are one email
AT_ONCE = 100  # people


@transaction.atomic
def register_interest(*, course: Course, person: Person, seats: int = 1, by: User | None) -> Interest:
    """Let `person` hear when `course` has a date with so many `seats`.

    Raises `NotOnOffer`, `HasDates`, `AlreadyInterested`.
    """
    person = record_that_stands(person)
    if not (course.published and course.active):
        raise NotOnOffer
    if open_dates(course, seats):
        raise HasDates
    try:
        with transaction.atomic():
            interest = Interest.objects.create(course=course, person=person, seats=seats)
    except IntegrityError as error:
        raise AlreadyInterested from error
    emit(InterestRegistered(interest_id=interest.pk), by=by, subject=course)
    return interest


@transaction.atomic
def leave_interest(interest: Interest, *, by: User | None, acting: Actor | None = None, reason: str = "") -> None:
    """They do not want to hear of it any more. Raises `IllegalMove` for who was told or left already."""
    interest = lock_row(Interest.objects.select_related("course"), interest.pk)
    move(interest, "status", InterestStatus.LEFT, by=by, acting=acting, reason=reason)
    emit(InterestLeft(interest_id=interest.pk), by=by, subject=interest.course, note=reason)


def tell_soon(course_id: UUID) -> None:
    """Perhaps `course_id` has a date now: see in some minutes, and tell those who wait for one."""
    if Interest.objects.waiting().filter(course=course_id).exists():
        set_timer(TELL, at=now() + WAIT, subject=course_id)


@timer(TELL)
def tell_of_dates(course_id: UUID) -> None:
    """Have those told who wait for a date of a course, if it has one with as many seats as they want.

    They wait until the notice is written: see `notifications.tell_of_dates`.
    """
    course = Course.objects.get(pk=course_id)
    dates = open_dates(course)
    if not dates:
        return
    most = max(date.seats_left for date in dates)
    rows = Interest.objects.waiting().filter(course=course, seats__lte=most)
    found = [str(pk) for pk in rows.values_list("pk", flat=True)]
    for n in range(0, len(found), AT_ONCE):
        emit(DatesOpened(interest=found[n : n + AT_ONCE]), subject=course)


def say_told(interest: Interest) -> None:
    """They are told of a date, by a notice that is written in this transaction; `interest` is locked."""
    move(interest, "status", InterestStatus.TOLD, by=None, told_at=now())


@transaction.atomic
def wait_again(course_id: UUID, *, since: datetime) -> None:
    """Dates of a course, made `since` then, were a mistake: who was told since, and has no other date, waits again."""
    rows = Interest.objects.filter(course=course_id, status=InterestStatus.TOLD, told_at__gte=since)
    waiting = set(Interest.objects.waiting().filter(course=course_id).values_list("person", flat=True))
    has_dates: dict[int, bool] = {}  # by the seats
    for interest in rows.select_related("course").select_for_update(of=("self",)).order_by("told_at", "pk"):
        if interest.seats not in has_dates:
            has_dates[interest.seats] = bool(open_dates(interest.course, interest.seats))
        if interest.person_id not in waiting and not has_dates[interest.seats]:
            move(interest, "status", InterestStatus.WAITING, by=None, told_at=None)
            waiting.add(interest.person_id)


def give_interest(person: Person, *, to: Person) -> None:
    """What `person` waits for, another one waits for: the two are one. Where both do, that of `person` ends."""
    both = Interest.objects.waiting().filter(person=to).order_by().values("course")
    for interest in Interest.objects.waiting().filter(person=person, course__in=both):
        leave_interest(interest, by=None)
    Interest.objects.filter(person=person).update(person=to)
