"""The bookings of a session that was called off: a few are cancelled at once, many by a worker, one after the other."""

from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from shared_apps.accounts.models import User
from shared_apps.core.states import Actor
from shared_apps.core.time import local
from shared_apps.core.types import Words
from shared_apps.jobs.kinds import job
from shared_apps.jobs.models import Job
from shared_apps.jobs.services import begin
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.scheduling.models import Session

AT_ONCE = 10  # bookings, in about half a second


@transaction.atomic
def cancel_its_bookings(session: Session, *, reason: str, by: User | None) -> Job | None:
    """Give all who booked `session`, which was called off, everything back; the job that does it, if they are many.

    The reason, and who called it off, stay with each booking.
    """
    live = Booking.objects.live().filter(session=session).order_by("pk")
    keys = list(live.values_list("pk", flat=True)[: AT_ONCE + 1])
    if len(keys) > AT_ONCE:
        title = _("Calling off %(course)s, %(day)s") % {
            "course": session.course, "day": f"{local(session.starts_at):%-d %b}",
        }  # fmt: skip
        return begin(
            CALL_OFF, list(live.values_list("pk", flat=True)), title=title, by=by, about=session,
            params={"reason": reason},
        )  # fmt: skip
    # All bookings before the session: whoever cancels one of them at this moment locks in that order too.
    for booking in list(live.select_for_update(of=("self",))):
        _cancel(booking, reason=reason, by=by)
    return None


def _cancel_one(key: UUID, job: Job) -> None:
    # Whoever cancelled meanwhile, or whose hold ran out, is through.
    if booking := Booking.objects.live().select_for_update(of=("self",)).filter(pk=key).first():
        _cancel(booking, reason=job.params["reason"], by=job.by)


def _label(key: UUID) -> str:
    return _("Booking %s") % Booking.objects.get(pk=key).reference


def _session(job: Job) -> tuple[Words, str]:
    return _("The session"), reverse("office:session", args=[job.about_id])


CALL_OFF = job("bookings.call_off", _cancel_one, may_stop=False, label=_label, leads=_session)


def _cancel(booking: Booking, *, reason: str, by: User | None) -> None:
    cancel_booking(booking, by=by, by_office=True, reason=reason, everything=True, acting=Actor.SYSTEM)
