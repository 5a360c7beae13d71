"""What interest does when something happens below it."""

from datetime import datetime
from uuid import UUID

from shared_apps.events.bus import on
from tenant_apps.bookings.selectors import also_mine
from tenant_apps.catalogue.events import CourseChanged
from tenant_apps.interest.links import own_interest
from tenant_apps.interest.models import Interest
from tenant_apps.interest.services import give_interest, tell_soon, wait_again
from tenant_apps.people.joining import Moved, people_joined
from tenant_apps.people.models import Person
from tenant_apps.scheduling.events import SessionChanged, SessionScheduled, SessionsTakenBack
from tenant_apps.scheduling.models import Session


@on(SessionScheduled, SessionChanged, name="interest.look_for_dates")
def look_for_dates(event: SessionScheduled | SessionChanged) -> None:
    """A date was opened, or one is open to visitors now."""
    if found := Session.objects.filter(pk=event.session_id).values_list("course_id", flat=True).first():
        tell_soon(found)


@on(CourseChanged, name="interest.look_for_dates_of_course", when=lambda event: not event.made)
def look_for_dates_of_course(event: CourseChanged) -> None:
    """A course with dates may be on the site now."""
    tell_soon(event.course_id)


@on(SessionsTakenBack, name="interest.wait_again", when=lambda event: bool(event.made_since))
def let_them_wait_again(event: SessionsTakenBack) -> None:
    """Who was told of dates that were a mistake hears of the next one, too."""
    wait_again(event.course_id, since=datetime.fromisoformat(event.made_since))


@people_joined.add
def move_their_interest(*, kept: Person, absorbed: Person, addresses: dict[UUID, str], moved: Moved) -> None:
    """Two records are one person, who waits once for each course."""
    moved.note(Interest.objects.filter(person=absorbed), "person")
    give_interest(absorbed, to=kept)


also_mine.add(own_interest)
