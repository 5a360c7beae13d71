"""What those booked hear before and after a session, and of whether it takes place; each of them once."""

from datetime import datetime

from shared_apps.core.time import now
from shared_apps.events.bus import on
from shared_apps.tenants.urls import tenant_url
from tenant_apps.bookings import calendar
from tenant_apps.bookings.feedback import ask_how_it_was
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.notifications import booking_to_tell
from tenant_apps.bookings.selectors import days_of
from tenant_apps.bookings.telling import tell_attendees, tell_buyer
from tenant_apps.messaging.services import tell_office
from tenant_apps.scheduling.events import SessionNoticeDue, SessionRuns, SessionToDecide
from tenant_apps.scheduling.models import Session, SessionStatus
from tenant_apps.scheduling.noticing import put_off
from tenant_apps.scheduling.states import Planned

KINDS = {Planned.JOINING: "joining", Planned.REMINDER: "reminder", Planned.REMINDER_SOON: "reminder"}


@on(SessionNoticeDue, name="bookings.tell_as_planned")
def tell_as_planned(event: SessionNoticeDue) -> None:
    """Those who were booked by then are told: whoever booked since has just read all of it in the confirmation."""
    session = Session.objects.select_related("rescheduled_to").get(pk=event.session_id)
    session = session.rescheduled_to or session
    due = datetime.fromisoformat(event.at)
    if put_off(session.pk, due):
        return
    after = event.notice == Planned.FEEDBACK
    rows = Booking.objects.filter(session=session, confirmed_at__lt=due)
    rows = rows.filter(status=BookingStatus.COMPLETED if after else BookingStatus.CONFIRMED)
    days = list(days_of(session))
    about = datetime.fromisoformat(event.begins) if event.begins else session.starts_at
    ahead = next((days[n:] for n in range(1, len(days)) if days[n].starts_at == about), days)  # after a gap, or all
    begins = ahead[0].starts_at if ahead else session.starts_at
    if begins <= now() and not after:
        return
    by_hours = event.notice == Planned.REMINDER_SOON  # and so another one when it is later on the same day
    key = f"{event.notice}:{begins:{'%Y%m%d%H%M' if by_hours else '%Y%m%d'}}"
    for pk in rows.order_by("pk").values_list("pk", flat=True):
        booking = booking_to_tell(pk)
        if after:
            ask_how_it_was(booking, once=key)
            continue
        name = KINDS[Planned(event.notice)]
        tell_buyer(booking, name, once=f"{key}:{pk}", days=ahead)
        tell_attendees(booking, f"attending_{name}", once=key, days=ahead)


@on(SessionRuns, name="bookings.tell_that_it_runs")
def tell_that_it_runs(event: SessionRuns) -> None:
    """Everybody who booked while that was open hears that it takes place."""
    if Session.objects.get(pk=event.session_id).status not in (SessionStatus.SCHEDULED, SessionStatus.IN_PROGRESS):
        return
    rows = Booking.objects.live().filter(session=event.session_id).order_by("pk")
    for pk in rows.values_list("pk", flat=True):
        booking = booking_to_tell(pk)
        confirmed = booking.status == BookingStatus.CONFIRMED
        attachments = calendar.attachments(booking) if confirmed else []
        tell_buyer(booking, "session_runs", once=f"session_runs:{event.row}:{pk}", attachments=attachments)
        if confirmed:
            tell_attendees(booking, "attending_runs", once=f"session_runs:{event.row}")


@on(SessionToDecide, name="bookings.ask_office_to_decide")
def ask_office_to_decide(event: SessionToDecide) -> None:
    """The day of decision has come, and too few have booked."""
    session = Session.objects.select_related("course", "place", "room").get(pk=event.session_id)
    if session.status != SessionStatus.TENTATIVE or session.decide_by is None:
        return
    context = {
        "session": session, "course": session.course, "days": days_of(session), "where": calendar.where_line(session),
        "office_url": tenant_url("office:session", session.pk),
    }  # fmt: skip
    once = f"session_to_decide:{session.pk}:{session.decide_by:%Y%m%d}"
    tell_office("bookings/office_decide", context=context, about=session, once=once)
