"""What timelines say of sessions and places."""

from django.utils.translation import gettext_lazy as _

from shared_apps.events.timeline import name_fields, records, rows_of, subject
from shared_apps.web.templatetags.muster import day
from tenant_apps.scheduling.models import Holiday, Offer, Place, Session, SessionSeries


def _name(session: Session) -> str:
    return f"{session.course}, {day(session.starts_at, 'd MMM y')}"


sessions = records(lambda: Session.objects.select_related("course"), _name, "office:session")
subject("session", "offer", find=sessions)
series = records(
    lambda: SessionSeries.objects.select_related("course"), lambda row: f"{row.course}, {row.rule_text}",
    "office:series",
)  # fmt: skip
subject("series", find=series)
rows_of("offer_id", lambda: Offer.objects.select_related("person"))
subject("place", find=records(Place.objects.all, str, "office:place_edit"))
subject("holiday", find=records(Holiday.objects.all, str))
name_fields(
    {
        "days": _("Days"), "co_trainers": _("Co-trainers"), "assessor": _("Assessor"),
        "online_url": _("Link"), "takes_bookings": _("Takes bookings"),
        "instructor_notes": _("Notes"), "joining_days": _("Joining instructions, days before"),
        "reminder_days": _("Reminder, days before"), "reminder_hours": _("Reminder, hours before"),
        "feedback_hours": _("Request for feedback, hours after"),
    }
)  # fmt: skip
