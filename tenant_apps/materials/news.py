"""What was added, and those booked could have seen already: they are told of all of it once it has been quiet."""

from datetime import timedelta

from django.db import transaction

from shared_apps.core.time import now
from shared_apps.events.bus import emit
from shared_apps.timers.due import DueRows
from tenant_apps.bookings.models import Booking
from tenant_apps.materials.events import MaterialsToTell
from tenant_apps.materials.models import Material, News
from tenant_apps.materials.selectors import BOOKED
from tenant_apps.materials.windows import window
from tenant_apps.scheduling.models import OPEN, Session
from tenant_apps.scheduling.moves import waits_until

QUIET = timedelta(minutes=10)  # after the last one, in case another follows
PATIENCE = timedelta(minutes=40)  # after the first one, however many follow
MOST_SESSIONS = 500  # of a course that hear at once


def note_news(material: Material) -> None:
    """Those booked on its session are to hear of `material`, if they see it already. Of a course: on those not over.

    Part of a transaction.
    """
    if not material.for_attendees:
        return
    rows = Session.objects.filter(pk__in=Booking.objects.filter(status__in=BOOKED).values("session"))
    if material.session_id:
        rows = rows.filter(pk=material.session_id)
    else:
        rows = rows.filter(course=material.course_id, status__in=OPEN, ends_at__gt=now())
    moment = material.created_at
    for session in rows.order_by("pk")[:MOST_SESSIONS]:
        if not window(material, session).is_open:
            continue
        news, made = News.objects.select_for_update(of=("self",)).get_or_create(
            session=session, defaults={"since": moment, "tell_at": moment + QUIET}
        )
        if not made:
            news.tell_at = max(news.tell_at, min(moment + QUIET, news.since + PATIENCE))
            news.save(update_fields=["tell_at"])


@transaction.atomic
def tell_news(news: News) -> bool:
    """Have those booked told, if that is still due."""
    rows = News.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=news.pk, tell_at__lte=now())
    found = rows.select_related("session__rescheduled_to").first()
    if found is None:
        return False
    if later := waits_until(found.session.rescheduled_to or found.session):
        found.tell_at = later
        found.save(update_fields=["tell_at"])
        return False
    event = MaterialsToTell(session_id=found.session_id, news_id=found.pk, since=found.since.isoformat())
    emit(event, subject=found.session)
    found.delete()
    return True


tell_all_news = DueRows("materials.tell", News.objects.all, "tell_at", tell_news, most=100)
