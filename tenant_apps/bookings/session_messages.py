"""What the office writes to all who booked a session, or to some of them: a job sends it, one booking after another."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shared_apps.accounts.models import User
from shared_apps.core.errors import DomainError
from shared_apps.core.types import Words
from shared_apps.events.bus import emit
from shared_apps.jobs.kinds import job
from shared_apps.jobs.models import Job
from shared_apps.jobs.services import begin
from tenant_apps.bookings.events import SessionWrittenTo
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.notifications import booking_to_tell
from tenant_apps.bookings.office.selectors import with_money
from tenant_apps.bookings.telling import tell_attendees, tell_buyer
from tenant_apps.scheduling.models import Session

WHOM: dict[str, Words] = {
    "all": gettext_lazy("Everybody who booked"),
    "confirmed": gettext_lazy("Whose booking is confirmed"),
    "unpaid": gettext_lazy("Who still has to pay"),
    "unnamed": gettext_lazy("Who still has to say who comes"),
}
STANDING = (BookingStatus.PENDING, BookingStatus.CONFIRMED, BookingStatus.COMPLETED)


class NobodyToWriteTo(DomainError):
    code = "nobody_to_write_to"

    def __init__(self, name: str, phone: str):
        said = _("%(name)s has no email address. Call %(phone)s.") if phone else _("%(name)s has no email address.")
        super().__init__(said % {"name": name, "phone": phone})


class NotComingAnyMore(DomainError):
    code = "not_coming_any_more"
    message = gettext_lazy("They cancelled meanwhile, or go to another date.")


def those_booked(session: Session, whom: str) -> QuerySet[Booking]:
    """The bookings of `session` that a message is for, by a word of `WHOM`."""
    rows: QuerySet[Booking] = Booking.objects.filter(session=session, status__in=STANDING)
    if whom == "confirmed":
        rows = rows.exclude(status=BookingStatus.PENDING)
    elif whom == "unpaid":
        rows = with_money(rows).filter(money_due__gt=0)
    elif whom == "unnamed":
        rows = rows.annotate(named=Count("attendees", filter=Q(attendees__left_at=None))).filter(named__lt=F("seats"))
    return rows.order_by("contact_name", "pk")


def write_to_session(
    session: Session, *, keys: Sequence[UUID], title: str, message: str, attendees: bool, by: User | None
) -> Job:
    """Write `message` to whoever has these bookings (`keys`) of `session`; the job that does it."""
    made = begin(
        WRITE, list(keys), title=_("Message: %s") % title, by=by, about=session,
        params={"title": title, "message": message, "attendees": attendees},
    )  # fmt: skip
    emit(SessionWrittenTo(session_id=session.pk, bookings=len(keys)), by=by, subject=session, note=title)
    return made


def _write(key: UUID, job: Job) -> None:
    booking = booking_to_tell(key)
    if booking.session_id not in _followed(job.about_id) or booking.status not in STANDING:
        raise NotComingAnyMore
    said = {"title": job.params["title"], "message": job.params["message"]}
    told = tell_buyer(booking, "session_message", once=f"session_message:{job.pk}:{key}", **said)
    if job.params["attendees"]:
        tell_attendees(booking, "attending_message", once=f"session_message:{job.pk}", **said)
    if not told and not booking.buyer.email:
        raise NobodyToWriteTo(booking.contact_name, booking.contact_phone)


def _followed(session_id: UUID | None) -> set[UUID]:
    """The session that it was written to, and those it was put on another date as since then."""
    found: set[UUID] = set()
    while session_id is not None:
        found.add(session_id)
        session_id = Session.objects.filter(pk=session_id).values_list("rescheduled_to", flat=True).first()
    return found


def _label(key: UUID) -> str:
    booking = Booking.objects.get(pk=key)
    return f"{booking.contact_name} ({booking.reference})"


def _session(job: Job) -> tuple[Words, str]:
    return _("The session"), reverse("office:session", args=[job.about_id])


WRITE = job("bookings.write_to_session", _write, label=_label, permission="bookings.manage", leads=_session)
