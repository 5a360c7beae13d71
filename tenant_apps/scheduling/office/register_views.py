"""Registers on a phone: today's, that of one day, and what it sends. They work while the signal is gone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shared_apps.accounts.models import User, Visitor
from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.db import connection
from shared_apps.core.digits import whole_number
from shared_apps.core.errors import DomainError
from shared_apps.core.permissions import allow
from shared_apps.core.time import local_today, midnight
from shared_apps.files.links import link_to_file
from shared_apps.files.models import File
from shared_apps.tenants.context import current_tenant
from tenant_apps.scheduling.attendance import Attending, Mark, attendance_of, mark_attendance, may_be_marked, seats_at
from tenant_apps.scheduling.models import (
    MARKED,
    TEACHING,
    Attendance,
    AttendanceStatus,
    Session,
    SessionDay,
    SessionStatus,
    TeamRole,
    team_at,
)
from tenant_apps.scheduling.office.register_input import SentMark, Unreadable, device_of, read_marks
from tenant_apps.scheduling.office.sign_in_sheet import sign_in_sheet
from tenant_apps.scheduling.team import keep_to, may

PERMISSION = "registers.mark"
TAUGHT = (SessionStatus.SCHEDULED, SessionStatus.IN_PROGRESS, SessionStatus.COMPLETED)
AHEAD = timedelta(days=14)
LONGEST = 1_000_000  # bytes at once; a page sends a third of that
CHOICES = [
    (AttendanceStatus.ATTENDED, "check"), (AttendanceStatus.LATE, "clock"), (AttendanceStatus.ABSENT, "x"),
]  # fmt: skip


@dataclass(frozen=True)
class DayCard:
    """A day on the list: how many sit there, and how many of them are marked."""

    day: SessionDay
    number: int
    days: int
    people: int
    marked: int
    role: TeamRole | None  # of whoever looks

    @property
    def is_done(self) -> bool:
        """Whether everybody who comes is marked."""
        return bool(self.people) and self.marked >= self.people


def days_for(user: Visitor) -> QuerySet[SessionDay]:
    """The days whose registers `user` may see, with what a page tells of them. Who assesses does not mark them."""
    sessions = Session.objects.visible_to(user).filter(status__in=TAUGHT)
    rows = SessionDay.objects.filter(session__in=sessions, live=True).order_by("starts_at", "pk")
    rows = rows.prefetch_related(team_at("session"))
    return rows.select_related(
        "session__course__category", "session__trainer__person", "session__place", "session__room"
    )


@require_safe
@allow(PERMISSION)
def today(request: HttpRequest) -> HttpResponse:
    """The days that are taught today, then those that come: a trainer's own, or all of the office."""
    day = local_today()
    began, over, until = midnight(day), midnight(day, after=True), midnight(day) + AHEAD
    rows = days_for(request.user).filter(ends_at__gt=began, starts_at__lt=until).prefetch_related("session__days")
    cards = _cards(rows, signed_in(request))
    context = {
        "nav": "today", "day": day, "today": [card for card in cards if card.day.starts_at < over],
        "ahead": [card for card in cards if card.day.starts_at >= over][:20], **_script_facts(request),
    }  # fmt: skip
    return render(request, "scheduling/registers/today.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allow(PERMISSION)
def register(request: HttpRequest, day: UUID) -> HttpResponse:
    """Who came on one day. Its script sends each tap; without one, the form is saved as a whole."""
    found = get_object_or_404(days_for(request.user), pk=day)
    lines = attendance_of(found.session)
    if request.method == "POST":
        keep_to(TEACHING, found.session, request.user)
        return _save(request, found, lines)
    user = signed_in(request)
    assert user is not None
    marks = may(user, found.session, TEACHING)
    rows = [
        {
            "seat": line.seat, "status": line.status_on(found), "row": row,
            "signature": _signature_link(request, row) if row and row.signature else "",
        }
        for line in lines
        for row in [line.marked.get(found.pk)]
    ]  # fmt: skip
    days = list(found.session.days.order_by("starts_at"))
    context = {
        "nav": "today", "day": found, "session": found.session, "days": days, "lines": rows, "choices": CHOICES,
        "number": [one.pk for one in days].index(found.pk) + 1, "open": marks and may_be_marked(found),
        "marks": marks, "role": found.session.role_of(user),
        "marked": sum(one["status"] in MARKED for one in rows),
        "unnamed": max(0, found.session.seats_taken - sum(line.sits for line in lines)), **_script_facts(request),
    }  # fmt: skip
    return render(request, "scheduling/registers/register.html", context)


def _save(request: HttpRequest, day: SessionDay, lines: list[Attending]) -> HttpResponse:
    everybody = request.POST.get("everybody", "")
    marks = []
    for line in lines:
        said = request.POST.get(f"status-{line.seat.attendee_id}", "")
        if everybody in MARKED and line.status_on(day) not in (*MARKED, AttendanceStatus.CANCELLED):
            said = everybody
        note = request.POST.get(f"note-{line.seat.attendee_id}")
        if said in MARKED:
            mark = Mark(attendee_id=line.seat.attendee_id, status=AttendanceStatus(said), note=_one_line(note))
            marks.append(mark)
    try:
        mark_attendance(day=day, marks=marks, by=signed_in(request), device=device_of(_agent(request)))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The register is saved."))
    return redirect("office:register", day.pk)


@require_POST
@allow(PERMISSION)
def register_marks(request: HttpRequest) -> HttpResponse:
    """Marks of this device, of any days: which of them are written down, which are refused and why, and what stands."""
    user = signed_in(request)
    assert user is not None
    if whole_number(request.headers.get("Content-Length") or "0", 0, LONGEST) is None:
        return JsonResponse({"code": "too_large"}, status=413)
    try:
        sent = read_marks(request.body)
    except Unreadable:
        return JsonResponse({"code": "invalid"}, status=400)
    if sent.user != str(user.pk):  # somebody else signed in on this device meanwhile: these marks wait for their owner
        return JsonResponse({"code": "another_account"}, status=409)
    refused, done, stands = dict(sent.refused), [], {}
    device = device_of(_agent(request))
    days = {day.pk: day for day in days_for(user).filter(pk__in={one.day for one in sent.marks})}
    for pk, group in groupby(sorted(sent.marks, key=lambda one: one.day), key=lambda one: one.day):
        marks = list(group)
        if pk in days and not may(user, days[pk].session, TEACHING):
            refused |= {str(one.mark.key): _("You do not take this register.") for one in marks}
            continue
        if pk not in days:
            refused |= {str(one.mark.key): _("This day is not on the calendar any more.") for one in marks}
            continue
        written, not_written = _write(days[pk], marks, device=device, request=request)
        done += written
        refused |= not_written
        stands[str(pk)] = _stands(days[pk])
    return JsonResponse({"done": done, "refused": refused, "stands": stands})


def _write(
    day: SessionDay, sent: list[SentMark], *, device: str, request: HttpRequest
) -> tuple[list[str], dict[str, str]]:
    """All at once; if one is refused, one by one, so that the others are written."""
    by, marks = signed_in(request), [one.mark for one in sent]
    try:
        mark_attendance(day=day, marks=marks, by=by, device=device)
    except DomainError as refusal:
        if len(marks) == 1:
            return [], {str(marks[0].key): str(refusal.message)}
    else:
        return [str(mark.key) for mark in marks], {}
    done: list[str] = []
    refused: dict[str, str] = {}
    for one in sent:
        written, not_written = _write(day, [one], device=device, request=request)
        done += written
        refused |= not_written
    return done, refused


def _stands(day: SessionDay) -> dict[str, dict[str, str]]:
    rows = Attendance.objects.filter(day=day, status__in=MARKED)
    return {
        str(row.attendee_id): {"status": row.status, "note": row.note, "signed": "yes" if row.signed_at else ""}
        for row in rows
    }


@require_safe
@allow(PERMISSION)
def register_sheet(request: HttpRequest, day: UUID) -> HttpResponse:
    """The sheet to sign, of one day, as a PDF."""
    found = get_object_or_404(days_for(request.user), pk=day)
    response = HttpResponse(sign_in_sheet(found, request=request), content_type="application/pdf")
    name = f"sign-in-{found.session.course.slug}-{found.starts_at:%Y-%m-%d}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@require_safe
@allow("public")
def register_worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps these pages for when the signal is gone; it serves what stands below its own address."""
    path = finders.find("js/register-worker.js")
    assert isinstance(path, str)
    with open(path, "rb") as file:
        response = HttpResponse(file.read(), content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
@allow("public")
def register_manifest(request: HttpRequest) -> HttpResponse:
    """What a phone shows when this is put on its screen."""
    start = reverse("office:today")
    name = str(current_tenant())
    return JsonResponse(
        {
            "id": start, "name": _("Registers, %s") % name, "short_name": _("Registers"), "start_url": start,
            "scope": start, "display": "standalone", "background_color": "#ffffff", "theme_color": "#ffffff",
            "icons": [
                {"src": reverse("favicon"), "sizes": "any", "type": "image/svg+xml"},
                {"src": static("img/muster.svg"), "sizes": "any", "type": "image/svg+xml"},
            ],
        },
        content_type="application/manifest+json",
    )  # fmt: skip


def _cards(days: Iterable[SessionDay], user: User | None) -> list[DayCard]:
    days = list(days)
    seats = seats_at({day.session.pk: day.session for day in days}.values())
    sitting = {seat.attendee_id for each in seats.values() for seat in each}
    marked: dict[UUID, int] = {}
    rows = Attendance.objects.filter(day__in=days, status__in=MARKED, attendee_id__in=sitting)
    for pk in rows.values_list("day", flat=True):
        marked[pk] = marked.get(pk, 0) + 1
    cards = []
    for day in days:
        keys = [one.pk for one in day.session.days.all()]
        people, role = len(seats[day.session_id]), day.session.role_of(user) if user else None
        cards.append(DayCard(day, keys.index(day.pk) + 1, len(keys), people, marked.get(day.pk, 0), role))
    return cards


def _script_facts(request: HttpRequest) -> dict[str, object]:
    """What the script needs: which queue is this account's at this provider, and where it is sent."""
    return {"queue": f"muster-marks:{connection.schema_name}:{request.user.pk}", "scope": reverse("office:today")}


def _signature_link(request: HttpRequest, row: Attendance) -> str:
    user, file = signed_in(request), File.objects.filter(path=row.signature.name).first()
    return link_to_file(file, to=user, name="signature.svg", permission=PERMISSION) if file and user else ""


def _agent(request: HttpRequest) -> str:
    return request.headers.get("User-Agent", "")[:500]


def _one_line(text: str | None) -> str | None:
    return " ".join(text.split())[:300] if text is not None else None
