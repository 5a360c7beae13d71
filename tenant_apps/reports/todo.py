"""What the office should look at, and what a new provider should do first. Reads only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shared_apps.accounts.models import Visitor
from shared_apps.core.permissions import can
from shared_apps.core.time import local_today, midnight, now
from shared_apps.events.given_up import count_given_up
from shared_apps.jobs.models import Job
from shared_apps.web.templatetags.muster import clock
from shared_apps.web.templatetags.muster import day as day_text
from tenant_apps.bookings.asked import owing_answers
from tenant_apps.bookings.models import STANDING, Attendee, Booking, BookingStatus
from tenant_apps.branding.models import Brand
from tenant_apps.catalogue.models import Course
from tenant_apps.messaging.models import Message
from tenant_apps.messaging.office.selectors import STUCK
from tenant_apps.people.models import Trainer
from tenant_apps.reports.money_todo import MOST, money_tasks
from tenant_apps.reports.task import Task
from tenant_apps.scheduling.models import MARKED, Attendance, Session, SessionDay, SessionStatus

SOON = timedelta(days=14)
OWN_TIME = timedelta(hours=2)  # a buyer on the site is never given as long, nor when they ask for more
STILL_KNOWN = timedelta(days=14)  # who was there on a day
ANSWERS_SOON = timedelta(days=3)
RING_THEM = timedelta(hours=6)
DECIDED_SOON = timedelta(days=3)
MOST_TO_DECIDE = 6


def tasks(user: Visitor) -> list[Task]:
    """What waits for somebody, the most pressing first, in a few queries; they lead where `user` may go."""
    return [
        *money_tasks(),
        *_left_of_called_off(),
        *_to_decide("office:session_certainty" if can(user, "sessions.manage") else "office:session"),
        *_failed_emails(),
        *_given_up(),
        *_open_registers(),
        *_missing_answers(),
        *_ending_holds(),
        *_empty_sessions(),
    ]


def _left_of_called_off() -> list[Task]:
    """Bookings of a session that was called off which could not be cancelled with it."""
    rows = Booking.objects.live().filter(session__status=SessionStatus.CANCELLED)
    rows = rows.exclude(Exists(Job.objects.under_way().filter(about_id=OuterRef("session"))))
    return [
        Task(
            "error", "circle-alert",
            _("%s is still booked on a session that was called off") % row.contact_name,
            _("Cancel this booking, so that they hear of it and get their money back."),
            "office:booking", row.pk,
        )
        for row in rows.order_by("created_at")[:MOST]
    ]  # fmt: skip


def _to_decide(page: str) -> list[Task]:
    """Tentative dates whose day of decision has come or is near, and those with enough bookings if all of them pay."""
    rows = Session.objects.filter(status=SessionStatus.TENTATIVE, starts_at__gt=now())
    rows = rows.filter(Q(decide_by__lt=now() + DECIDED_SOON) | Q(seats_taken__gte=F("minimum")))
    found = rows.select_related("course").order_by(F("decide_by").asc(nulls_last=True))[:MOST_TO_DECIDE]
    return [
        Task(
            "warning" if _decided_today(row) else "info", "circle-question-mark",
            _("Does %s take place?") % row.course, _how_it_stands(row), page, row.pk,
        )
        for row in found
    ]  # fmt: skip


def _decided_today(session: Session) -> bool:
    """Whether its day of decision is today, or was."""
    return session.decide_by is not None and session.decide_by < midnight(local_today(), after=True)


def _how_it_stands(session: Session) -> str:
    """When it is decided, and how many of those it needs are there."""
    stands = _("%(confirmed)d of %(minimum)d seats are confirmed") % {
        "confirmed": session.seats_confirmed, "minimum": session.minimum or 0,
    }  # fmt: skip
    if held := session.seats_taken - session.seats_confirmed:
        held_said = ngettext("%d more is held", "%d more are held", held) % held
        stands = f"{stands}, {held_said}"
    if _decided_today(session):
        when = _("to be decided today") if session.decide_by and session.decide_by > now() else _("decide now")
    elif session.decide_by:
        when = _("to be decided by %s") % day_text(session.decide_by, "EEE d MMM")
    else:
        when = ""
    return ", ".join(filter(None, [day_text(session.starts_at, "EEE d MMM"), stands, when]))


def _failed_emails() -> list[Task]:
    rows = list(Message.objects.filter(STUCK).order_by("-created_at").values_list("to", flat=True)[:50])
    if not rows:
        return []
    title = ngettext("%d email did not go out", "%d emails did not go out", len(rows)) % len(rows)
    return [
        Task(
            "error", "mail-warning", title, ", ".join(dict.fromkeys(rows[:3])), "office:messages", query="status=stuck"
        )
    ]


def _given_up() -> list[Task]:
    n = count_given_up()
    if not n:
        return []
    title = ngettext("Something could not be delivered", "%d things could not be delivered", n)
    detail = _("It was tried for hours and failed. Look what it is, and run it again.")
    title = title % n if n > 1 else title
    return [Task("error", "circle-alert", title, detail, "office:undelivered", query="status=failed")]


def _open_registers() -> list[Task]:
    """Days that are over, and of whose attendees some are not marked."""
    marks = Attendance.objects.filter(day=OuterRef(OuterRef("pk")), attendee_id=OuterRef("pk"), status__in=MARKED)
    standing = Attendee.objects.filter(booking__session=OuterRef("session"), booking__status__in=STANDING)
    rows = SessionDay.objects.filter(live=True, ends_at__lt=now(), ends_at__gt=now() - STILL_KNOWN)
    rows = rows.exclude(session__status__in=[SessionStatus.CANCELLED, SessionStatus.RESCHEDULED])
    days = rows.filter(Exists(standing.filter(~Exists(marks)))).select_related("session__course").order_by("-starts_at")
    return [
        Task(
            "warning", "clipboard-check", _("The register of %s is not filled in") % day.session.course,
            day_text(day.starts_at, "EEE d MMM"), "office:register", day.pk,
        )
        for day in days[:3]
    ]  # fmt: skip


def _missing_answers() -> list[Task]:
    """Sessions of the coming days whose people have not answered what their course asks."""
    rows = owing_answers(
        Attendee.objects.filter(
            booking__status__in=STANDING, booking__session__starts_at__gt=now(),
            booking__session__starts_at__lt=now() + ANSWERS_SOON,
        )
    )  # fmt: skip
    counted = rows.order_by().values_list("booking__session").annotate(n=Count("pk"))
    owing: dict[UUID, int] = dict(counted)
    if not owing:
        return []
    sessions = Session.objects.filter(pk__in=owing).select_related("course").order_by("starts_at")
    return [_missing_at(row, owing[row.pk]) for row in sessions[:3]]


def _missing_at(session: Session, people: int) -> Task:
    title = ngettext("%d attendee has questions to answer", "%d attendees have questions to answer", people) % people
    detail = f"{session.course}, {day_text(session.starts_at, 'EEE d MMM')}"
    page = "office:session_answers"
    return Task("warning", "list-checks", title, detail, page, session.pk, query="show=missing")


def _ending_holds() -> list[Task]:
    """Seats that the office keeps for somebody who has not paid: time to ring them. A buyer's minutes are no task."""
    rows = Booking.objects.filter(
        status=BookingStatus.PENDING, hold_expires_at__gt=Greatest(now(), F("created_at") + OWN_TIME),
        hold_expires_at__lt=now() + RING_THEM,
    )  # fmt: skip
    return [
        Task(
            "info", "hourglass",
            ngettext(
                "%(n)d seat held by %(name)s until %(time)s", "%(n)d seats held by %(name)s until %(time)s", row.seats
            )
            % {"n": row.seats, "name": row.contact_name, "time": _until(row.hold_expires_at)},
            f"{row.session.course}, {day_text(row.session.starts_at, 'd MMM')}",
            "office:booking", row.pk,
        )
        for row in rows.select_related("session__course").order_by("hold_expires_at")[:5]
    ]  # fmt: skip


def _until(moment: datetime | None) -> str:
    """`18:24`, with the day when it is not today."""
    if moment is None or timezone.localtime(moment).date() == local_today():
        return clock(moment)
    return f"{day_text(moment, 'EEE d MMM')}, {clock(moment)}"


def _empty_sessions() -> list[Task]:
    """Soon and nearly empty: they want a push, or another date."""
    soon = Session.objects.upcoming().filter(starts_at__lt=now() + SOON, seats_taken__lt=F("capacity") * 0.34)
    return [
        Task(
            "info", "trending-down", _("%s has few bookings") % row.course,
            _("%(day)s, %(taken)d of %(all)d seats")
            % {"day": day_text(row.starts_at, "EEE d MMM"), "taken": row.seats_taken, "all": row.capacity},
            "office:session", row.pk,
        )
        for row in soon.select_related("course")[:6]
    ]  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One step of the way to a first booking: `page` is the URL's name of where it is taken, `pk` the record's."""

    title: str
    detail: str
    done: bool
    page: str
    pk: UUID | None = None

    @property
    def url(self) -> str:
        return reverse(self.page, args=[self.pk] if self.pk else [])


def first_steps(user: Visitor) -> list[Step]:
    """What a new provider still has to do, as far as `user` may; nothing once somebody has booked."""
    if Booking.objects.exists():
        return []
    course = Course.objects.filter(active=True).order_by("-published", "created_at").first()
    pk, add = (course.pk, "") if course else (None, "office:course_new")
    steps = [
        Step(
            _("Say who teaches"), _("People choose a course for its trainer. You can be the first."),
            Trainer.objects.exists(), "office:trainer_new",
        ),
        Step(
            _("Add a course"), _("What it is, what it costs, what people leave with."),
            course is not None, "office:course_new",
        ),
        Step(
            _("Put it on the calendar"), _("A first date, with a place and seats."),
            Session.objects.exists(), add or "office:session_new", pk,
        ),
        Step(
            _("Publish it"), _("It appears on your site, ready to be booked."),
            Course.objects.public().exists(), add or "office:course", pk,
        ),
    ]  # fmt: skip
    if can(user, "settings.manage"):
        look = _("Colours, a logo, and a line about what you teach.")
        steps.insert(0, Step(_("Make it yours"), look, bool(Brand.objects.load().tagline), "office:settings"))
    return steps
