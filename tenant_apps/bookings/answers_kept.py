"""For how long answers are kept: see `settings.KEPT_DAYS`. Files go first, since they are papers of people."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from shared_apps.timers.retention import forget
from tenant_apps.bookings.answers import delete_answers
from tenant_apps.bookings.keeping import ended, ran_out
from tenant_apps.bookings.models import Answer


def _remove(keys: list[UUID]) -> None:
    delete_answers(list(Answer.objects.filter(pk__in=keys)))


@forget("answers of bookings that ended", remove=_remove)
def of_ended_bookings(before: datetime) -> QuerySet[Answer]:
    """Of those who never came."""
    return Answer.objects.filter(ended(before, "attendee__booking"))


@forget("files of holds that ran out", remove=_remove)
def files_of_holds(before: datetime) -> QuerySet[Answer]:
    """Whoever sent them paid nothing, and they take the provider's room."""
    return Answer.objects.exclude(file="").filter(ran_out(before, "attendee__booking"))


@forget("files that attendees sent", remove=_remove)
def files(before: datetime) -> QuerySet[Answer]:
    """Since the session ended."""
    return Answer.objects.exclude(file="").filter(attendee__booking__session__ends_at__lt=before)


@forget("answers of attendees", remove=_remove)
def all_answers(before: datetime) -> QuerySet[Answer]:
    """Since the session ended."""
    return Answer.objects.filter(attendee__booking__session__ends_at__lt=before)
