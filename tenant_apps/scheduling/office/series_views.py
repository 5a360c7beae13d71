"""Series of sessions: made from a rule, looked at, made longer."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.errors import DomainError
from shared_apps.core.permissions import allow, can
from shared_apps.events.timeline import history
from shared_apps.jobs.models import Job
from shared_apps.web.office import back_to, form_page, say_with_undo, uuid_of, where_one_was
from tenant_apps.catalogue.models import Course
from tenant_apps.scheduling.errors import ThereAlready
from tenant_apps.scheduling.models import PLANNED, Session, SessionSeries
from tenant_apps.scheduling.office.series_forms import MoreForm, SeriesForm
from tenant_apps.scheduling.plan import PlanRefused
from tenant_apps.scheduling.recurrence import RuleRefused
from tenant_apps.scheduling.series import (
    Line,
    dates_of,
    extend_series,
    look_at_more,
    look_at_series,
    schedule_series,
    take_back_series,
    who_left,
)
from tenant_apps.scheduling.several import made_already

ROWS = SessionSeries.objects.select_related("course", "trainer__person", "place", "room")


@require_http_methods(["GET", "POST"])
@allow("sessions.manage")
def series_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put a series on the calendar, all or none. htmx, and the button `look`, ask how its dates stand.

    The button `leave_out` leaves out those that can't be, and shows what that makes of it.
    """
    course = get_object_or_404(Course.objects.in_office_of(request.user), pk=pk)
    form = SeriesForm(request.POST or None, course=course)
    asked = request.headers.get("HX-Request") == "true"
    looks = asked or "look" in request.POST or "leave_out" in request.POST
    by = signed_in(request)
    context: dict[str, object] = {"nav": "sessions", "course": course, "form": form, "lines": []}
    if form.is_valid() and not looks and (known := made_already(form.key, by=by)) and known[0].series:
        return _on_the_calendar(request, known[0].series)
    if form.is_valid():
        lines = _lines(form)
        if "leave_out" in request.POST and any(line.why_not for line in lines):
            form = _without(request, form, lines)
            lines = _lines(form) if form.is_valid() else []
        context |= {"form": form, "lines": lines, "counted": sum(not line.skipped for line in lines)}
        if lines and not looks:
            try:
                series = schedule_series(
                    plan=form.plan, course=course, by=by, form_key=form.key, beside="beside" in request.POST,
                    **form.details,
                )  # fmt: skip
            except DomainError as refusal:
                context["asks_beside"] = isinstance(refusal, ThereAlready)
                form.add_error(None, refusal.message)
            else:
                return _on_the_calendar(request, series)
    if asked:
        return render(request, "scheduling/_series_lines.html", context)
    if looks and not form.errors:
        return render(request, "scheduling/series_form.html", context)
    return form_page(request, "scheduling/series_form.html", context)


def _lines(form: SeriesForm) -> list[Line]:
    """How the dates stand; none where the rule or its hours can't be, which the form says then."""
    try:
        return look_at_series(form.plan, course=form.course, **form.details)
    except (RuleRefused, PlanRefused) as refused:
        form.refuse(refused.field, refused.message)
        return []


def _without(request: HttpRequest, form: SeriesForm, lines: list[Line]) -> SeriesForm:
    """The same form with those dates left out that can't be."""
    left_out = {*form.cleaned_data["skipped"], *(line.day for line in lines if line.why_not)}
    sent = request.POST.copy()
    sent["skipped"] = "\n".join(day.isoformat() for day in sorted(left_out))
    return SeriesForm(sent, course=form.course)


def _on_the_calendar(request: HttpRequest, series: SessionSeries) -> HttpResponse:
    made = [str(one) for one in series.sessions.values_list("pk", flat=True)]
    n = len(made)
    text = ngettext("%d session is on the calendar.", "%d sessions are on the calendar.", n) % n
    say_with_undo(request, text, reverse("office:series_take_back", args=[series.pk]), session=made)
    return redirect("office:series", series.pk)


@require_GET
@allow("sessions.view")
def series(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A series with all of its dates, those that were skipped too, and its history."""
    seen = Session.objects.visible_to(request.user)
    found = get_object_or_404(ROWS.filter(pk__in=seen.exclude(series=None).values("series")), pk=pk)
    dates = dates_of(found, seen)
    mine = [one.session for one in dates if one.session]
    first = next((one for one in mine if one.status in PLANNED and not one.has_started), None)
    context = {
        "nav": "sessions", "series": found, "dates": dates, "first_ahead": first, "back": back_to(request, "sessions"),
        "history": history(found, money=can(request.user, "bookings.manage")), "job": Job.objects.at_work_on(found),
        "manages": can(request.user, "sessions.manage"), "last": dates[-1].day if dates else None,
        "many": len({one.day for one in dates if one.session}),
    }  # fmt: skip
    return render(request, "scheduling/series.html", context)


@require_http_methods(["GET", "POST"])
@allow("sessions.manage")
def series_extend(request: HttpRequest, pk: UUID) -> HttpResponse:
    """More sessions after the last one of a series, as it is by now; first how they stand."""
    found = get_object_or_404(ROWS, pk=pk)
    form = MoreForm(request.POST or None)
    asked = request.headers.get("HX-Request") == "true"
    looks = asked or "look" in request.POST
    context: dict[str, object] = {
        "nav": "sessions", "series": found, "form": form, "lines": [], "who_left": who_left(found),
    }  # fmt: skip
    if form.is_valid():
        more, key = form.cleaned_data["more"], form.cleaned_data["form_key"]
        try:
            if looks:
                context["lines"] = look_at_more(found, more)
            else:
                made = extend_series(
                    found, more=more, by=signed_in(request), form_key=f"{key} {pk} {more}" if key else ""
                )
                return _longer(request, found, made)
        except RuleRefused as refused:
            form.add_error("more", refused.message)
        except DomainError as refusal:
            form.add_error(None, refusal.message)
            context["lines"] = look_at_more(found, more)
    if asked:
        return render(request, "scheduling/_series_lines.html", context)
    if looks and not form.errors:
        return render(request, "scheduling/series_extend.html", context)
    return form_page(request, "scheduling/series_extend.html", context)


def _longer(request: HttpRequest, found: SessionSeries, made: Sequence[Session]) -> HttpResponse:
    n = len(made)
    text = ngettext("%d more session is on the calendar.", "%d more sessions are on the calendar.", n) % n
    undo = reverse("office:series_take_back", args=[found.pk])
    say_with_undo(request, text, undo, session=[str(one.pk) for one in made])
    return redirect("office:series", found.pk)


@require_POST
@allow("sessions.manage")
def series_take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take sessions of a series that were just made off the calendar again, and the series with its last one."""
    found = get_object_or_404(ROWS, pk=pk)
    keys = [key for text in request.POST.getlist("session") if (key := uuid_of(text))]
    leads = reverse("office:series", args=[pk])
    try:
        gone = take_back_series(found, keys=keys, by=signed_in(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        text = ngettext("%d session is off the calendar again.", "%d sessions are off the calendar again.", gone) % gone
        messages.success(request, text)
        if not SessionSeries.objects.filter(pk=pk).exists():
            return redirect("office:course_sessions", found.course_id)
    return redirect(where_one_was(request, leads))
