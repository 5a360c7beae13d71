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
    """The dates as they are now: one that is gone again meanwhile is not named."""
    dates: dict[UUID, list[Session]] = {}
    for pk in event.interest:
        interest = _found(UUID(pk))
        course = interest.course
        if course.pk not in dates:
            dates[course.pk] = open_dates(course)
        if dates[course.pk]:
            _tell(interest, "dates", dates=dates[course.pk], url=tenant_url("course", course.slug))


def _found(pk: UUID) -> Interest:
    return Interest.objects.select_related("person__user", "course").get(pk=pk)


def _tell(interest: Interest, name: str, **context: object) -> None:
    person, called = interest.person, one_line(interest.person.name)
    about = {
        "greeting": _("Hello %s,") % called if called else _("Hello,"), "name": called, "course": interest.course,
        "seats": interest.seats, **context,
    }  # fmt: skip
    notify(
        f"interest/{name}", person=person, user=person.user, context=about, about=interest.course,
        once=f"interest_{name}:{interest.pk}",
    )  # fmt: skip
