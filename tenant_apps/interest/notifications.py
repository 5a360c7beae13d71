"""What those hear who wait for a date: that it is noted, and once that there is one."""

import hashlib
from uuid import UUID

from django.utils.translation import gettext as _

from shared_apps.core.lines import one_line
from shared_apps.core.time import now
from shared_apps.events.bus import on
from shared_apps.tenants.urls import tenant_url
from tenant_apps.catalogue.models import Course
from tenant_apps.interest.events import DatesOpened, InterestRegistered
from tenant_apps.interest.links import Asked, confirm_link, own_link
from tenant_apps.interest.models import Interest, InterestStatus
from tenant_apps.interest.selectors import open_dates
from tenant_apps.interest.services import say_told
from tenant_apps.messaging.models import Notice
from tenant_apps.messaging.services import notify
from tenant_apps.scheduling.models import Session


def send_confirm_link(asked: Asked, course: Course) -> Notice | None:
    """The link that registers a stranger's interest, to the address they typed; the same is sent once an hour."""
    whose = hashlib.sha256(asked.email.lower().encode()).hexdigest()[:32]
    context = {"greeting": _("Hello,"), "course": course, "seats": asked.seats, "url": confirm_link(asked)}
    return notify(
        "interest/confirm", to=asked.email, about=course, to_stranger=True, group="bookings", context=context,
        once=f"interest_confirm:{course.pk}:{asked.seats}:{whose}:{now():%Y%m%d%H}",
    )  # fmt: skip


@on(InterestRegistered, name="interest.tell_that_it_is_noted")
def tell_that_it_is_noted(event: InterestRegistered) -> None:
    """That they will hear of a date, with the link that ends it."""
    interest = _found(event.interest_id)
    if interest.status == InterestStatus.WAITING and interest.person.email:
        _tell(interest, "registered", url=own_link(interest))


@on(DatesOpened, name="interest.tell_of_dates")
def tell_of_dates(event: DatesOpened) -> None:
    """The dates as they are now, with as many seats as they want: one that is gone again meanwhile is not named.

    Where there is none, or nobody can be written to, they go on waiting.
    """
    dates: dict[int, list[Session]] = {}
    for pk in event.interest:
        interest = _found(UUID(pk), lock=True)
        if interest.status != InterestStatus.WAITING:
            continue
        course, seats = interest.course, interest.seats
        if seats not in dates:
            dates[seats] = open_dates(course, seats)
        if not dates[seats]:
            continue
        url, again = tenant_url("course", course.slug), _told_before(interest)
        if _tell(interest, "dates", again=again, dates=dates[seats], url=url):
            say_told(interest)


def _told_before(interest: Interest) -> str:
    """What tells this email from those about dates that were a mistake; empty for the first."""
    before = Notice.objects.filter(once__startswith=f"interest_dates:{interest.pk}").count()
    return f":{before}" if before else ""


def _found(pk: UUID, *, lock: bool = False) -> Interest:
    rows = Interest.objects.select_related("person__user", "course")
    return (rows.select_for_update(of=("self",)) if lock else rows).get(pk=pk)


def _tell(interest: Interest, name: str, *, again: str = "", **context: object) -> Notice | None:
    person, called = interest.person, one_line(interest.person.name)
    about = {
        "greeting": _("Hello %s,") % called if called else _("Hello,"), "name": called, "course": interest.course,
        "seats": interest.seats, **context,
    }  # fmt: skip
    return notify(
        f"interest/{name}", person=person, user=person.user, context=about, about=interest.course,
        once=f"interest_{name}:{interest.pk}{again}",
    )  # fmt: skip
