"""What the office should look at, and what a new provider should do first. Reads only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shared_apps.core.money import display
from shared_apps.core.templatetags.muster import clock
from shared_apps.core.templatetags.muster import day as day_text
from shared_apps.core.time import now
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.office_selectors import overdue
from tenant_apps.branding.models import Brand
from tenant_apps.catalogue.models import Course
from tenant_apps.messaging.models import Message, MessageStatus
from tenant_apps.payments.models import Refund, RefundStatus
from tenant_apps.people.models import Trainer
from tenant_apps.scheduling.models import Session

SOON = timedelta(days=14)
EMAIL_TROUBLE = Q(status=MessageStatus.FAILED) | Q(status=MessageStatus.QUEUED, attempts__gte=3)


@dataclass(frozen=True)
class Task:
    """Something a person should look at: `page` is the URL's name, `pk` the record's (None: there is none to open)."""

    tone: str
    icon: str
    title: str
    detail: str
    page: str = ""
    pk: UUID | None = None


def tasks() -> list[Task]:
    """What waits for somebody, the most pressing first, in five queries."""
    return [*_failed_refunds(), *_failed_emails(), *_overdue(), *_ending_holds(), *_odd_sessions()]


def _failed_refunds() -> list[Task]:
    rows = Refund.objects.filter(status=RefundStatus.FAILED, created_at__gte=now() - timedelta(days=60))
    rows = rows.select_related("payment__order__booking", "payment__order__buyer").order_by("-created_at")[:5]
    return [
        Task(
            "error", "circle-alert",
            _("%(sum)s could not be sent back to %(name)s")
            % {"sum": display(row.amount, row.payment.currency), "name": row.payment.order.buyer},
            row.failure_reason,
            "office:booking", booking.pk if (booking := getattr(row.payment.order, "booking", None)) else None,
        )
        for row in rows
    ]  # fmt: skip


def _failed_emails() -> list[Task]:
    rows = list(Message.objects.filter(EMAIL_TROUBLE).order_by("-created_at").values_list("to", flat=True)[:50])
    if not rows:
        return []
    title = ngettext("%d email did not go out", "%d emails did not go out", len(rows)) % len(rows)
    return [Task("error", "mail-warning", title, ", ".join(dict.fromkeys(rows[:3])))]


def _overdue() -> list[Task]:
    rows = overdue(Booking.objects.all()).select_related("order", "session__course").order_by("order__balance_due_at")
    return [
        Task(
            "warning", "banknote",
            _("%(sum)s is overdue from %(name)s")
            % {"sum": display(row.money_due, row.order.currency), "name": row.contact_name},
            f"{row.session.course}, {day_text(row.session.starts_at, 'd MMM')}",
            "office:booking", row.pk,
        )
        for row in rows[:5]
    ]  # fmt: skip


def _ending_holds() -> list[Task]:
    rows = Booking.objects.filter(
        status=BookingStatus.PENDING, hold_expires_at__gt=now(), hold_expires_at__lt=now() + timedelta(hours=24)
    )
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
    if moment is None or timezone.localtime(moment).date() == timezone.localdate():
        return clock(moment)
    return f"{day_text(moment, 'EEE d MMM')}, {clock(moment)}"


def _odd_sessions() -> list[Task]:
    """Soon and nearly empty, or nearly full: the one may want a push, the other another date."""
    soon = Session.objects.upcoming().filter(starts_at__lt=now() + SOON)
    empty = Q(booked_spots__lt=F("capacity") * 0.34)
    full = Q(booked_spots__lt=F("capacity"), booked_spots__gte=F("capacity") * 0.85)
    tasks = []
    for row in soon.filter(empty | full).select_related("course")[:6]:
        nearly_full = row.booked_spots * 3 >= row.capacity
        title = _("%s is nearly full") if nearly_full else _("%s has few bookings")
        detail = _("%(day)s, %(taken)d of %(all)d seats") % {
            "day": day_text(row.starts_at, "EEE d MMM"), "taken": row.booked_spots, "all": row.capacity,
        }  # fmt: skip
        icon = "trending-up" if nearly_full else "trending-down"
        tasks.append(Task("info", icon, title % row.course, detail, "office:session", row.pk))
    return tasks


@dataclass(frozen=True)
class Step:
    """One step of the way to a first booking; `page` is the URL's name."""

    title: str
    detail: str
    page: str
    done: bool


def first_steps() -> list[Step]:
    """What a new provider still has to do; nothing once somebody has booked."""
    if Booking.objects.exists():
        return []
    brand, courses = Brand.objects.load(), Course.objects.all()
    dated = Session.objects.exists()
    look = _("Colours, a logo, and a line about what you teach.")
    what = _("What it is, what it costs, what people leave with.")
    return [
        Step(_("Make it yours"), look, "office:settings", bool(brand.tagline)),
        Step(
            _("Say who teaches"), _("People choose a course for its trainer."),
            "office:trainer_new", Trainer.objects.exists(),
        ),
        Step(_("Add a course"), what, "office:course_new", courses.exists()),
        Step(_("Put it on the calendar"), _("A first date, with a place and seats."), "office:courses", dated),
        Step(
            _("Publish it"), _("It appears on your site, ready to be booked."),
            "office:courses", courses.public().exists(),
        ),
    ]  # fmt: skip
