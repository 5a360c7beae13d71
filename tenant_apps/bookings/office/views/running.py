"""A session's states in the office: whether it takes place, its beginning and end, another date; and writing to it."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.errors import DomainError
from shared_apps.core.permissions import allow
from shared_apps.core.states import why_not
from shared_apps.core.time import local
from shared_apps.web.office import form_page, found_to_edit, refusals_on
from shared_apps.web.templatetags.muster import day as day_text
from tenant_apps.bookings.moved import audience_of
from tenant_apps.bookings.office.session_forms import CompleteForm, RescheduleForm, SessionMessageForm
from tenant_apps.bookings.rescheduling import reschedule_session
from tenant_apps.bookings.selectors import other_dates
from tenant_apps.bookings.session_messages import those_booked, write_to_session
from tenant_apps.scheduling.completing import days_kept, days_left_out, not_marked, outcomes_of
from tenant_apps.scheduling.models import LEADING, Session, SessionStatus
from tenant_apps.scheduling.office.certainty import CertaintyForm
from tenant_apps.scheduling.running import (
    change_tentative,
    complete_session,
    confirm_session,
    publish_session,
    start_session,
)
from tenant_apps.scheduling.team import keep_to


def _found(request: HttpRequest, pk: UUID) -> Session:
    rows = Session.objects.visible_to(request.user).select_related("course", "trainer__person", "place", "room")
    return get_object_or_404(rows, pk=pk)


def _to_run(request: HttpRequest, pk: UUID) -> Session:
    """The same, for whoever leads it and for the office."""
    found = _found(request, pk)
    keep_to(LEADING, found, request.user)
    return found


@require_POST
@allow("sessions.run")
def session_start(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It begins now."""
    found = _to_run(request, pk)
    try:
        start_session(found, by=signed_in(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("It has begun."))
    return redirect("office:session", pk)


@require_http_methods(["GET", "POST"])
@allow("sessions.run")
def session_complete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It is over: how it went, and its bookings are completed."""
    found = _to_run(request, pk)
    form = CompleteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            complete_session(found, notes=form.cleaned_data["notes"], by=signed_in(request))
            messages.success(request, _("Completed, and so are its bookings."))
            return redirect("office:session", pk)
    context = {
        "nav": "sessions", "session": found, "form": form, "ahead": days_left_out(found),
        "kept": days_kept(found), "not_marked": not_marked(found), "outcomes": outcomes_of(found),
        "can": why_not(found, "status", SessionStatus.COMPLETED, by=signed_in(request)) is None,
    }  # fmt: skip
    return form_page(request, "bookings/office/session_complete.html", context)


@require_POST
@allow("sessions.manage")
def session_confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A tentative session takes place."""
    found = _found(request, pk)
    try:
        confirm_session_of(found, request)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect("office:session", pk)


def confirm_session_of(session: Session, request: HttpRequest) -> None:
    """Let it take place, and say so to whoever pressed the button."""
    with transaction.atomic():
        confirm_session(session, by=signed_in(request))
    said = _("It takes place. Everybody who booked is told.") if session.seats_taken else _("It takes place.")
    messages.success(request, said)


@require_http_methods(["GET", "POST"])
@allow("sessions.manage")
def session_certainty(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Publish a draft; or change from how many a tentative session runs, and when that is decided."""
    found = _found(request, pk)
    form = CertaintyForm(request.POST or None, session=found)
    if form.is_valid():
        terms = form.terms
        with refusals_on(form):
            if found.status == SessionStatus.DRAFT:
                publish_session(found, by=signed_in(request), **terms)
                messages.success(request, _("It is on your site now, and can be booked."))
            elif terms["minimum"] is None:
                confirm_session_of(found, request)
            elif isinstance(terms["minimum"], int) and isinstance(terms["decide_by"], datetime):
                by = signed_in(request)
                change_tentative(found, minimum=terms["minimum"], decide_by=terms["decide_by"], by=by)
                messages.success(request, _("Saved."))
            return redirect("office:session", pk)
    context = {
        "nav": "sessions", "session": found, "form": form, "is_draft": found.status == SessionStatus.DRAFT,
        "can": found.status in (SessionStatus.DRAFT, SessionStatus.TENTATIVE),
        "held": found.seats_taken - found.seats_confirmed,
    }  # fmt: skip
    return form_page(request, "bookings/office/session_certainty.html", context)


@require_http_methods(["GET", "POST"])
@allow("sessions.manage")
@transaction.atomic
def session_reschedule(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put it on other days as a new session: the old one stays and points to it, bookings go along."""
    rows = Session.objects.visible_to(request.user).select_related("course", "place", "room")
    found = found_to_edit(request, rows, pk)
    may = why_not(found, "status", SessionStatus.RESCHEDULED, by=signed_in(request)) is None
    form = RescheduleForm(request.POST or None, instance=found, course=found.course)
    if may and form.is_valid():
        days, note = form.cleaned_data["days"], form.cleaned_data["note"]
        try:
            with transaction.atomic():
                new = reschedule_session(found, days=days, reason=note, by=signed_in(request))
        except DomainError as refusal:
            form.add_error(None, refusal.message)  # all that clashes, whether this form has a field for it or not
        else:
            new.refresh_from_db()
            said = _("It is on %s now.") % day_text(new.starts_at)
            if new.tell_move_at:
                told = _("Those booked are told at %s.") % f"{local(new.tell_move_at):%H:%M}"
                said = f"{said} {told}"
            messages.success(request, said)
            return redirect("office:session", new.pk)
    context = {"nav": "sessions", "session": found, "form": form, "hear": audience_of(found), "can": may}
    return form_page(request, "bookings/office/session_reschedule.html", context)


@require_http_methods(["GET", "POST"])
@allow("bookings.manage")
def session_message(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write to everybody who booked, or to some: first what they read and how many they are, then it is sent."""
    found = _found(request, pk)
    form = SessionMessageForm(request.POST or None, initial=_begun(request, found))
    context = {"nav": "sessions", "session": found, "form": form, "anybody": those_booked(found, "all").exists()}
    if form.is_valid():
        given = form.cleaned_data
        rows = list(those_booked(found, given["whom"]).select_related("buyer"))
        if not rows:
            form.add_error("whom", _("Nobody is like that."))
        elif given["agreed"] != form.key or "change" in request.POST:
            context |= {
                "hear": [row for row in rows if row.buyer.email],
                "to_call": [row for row in rows if not row.buyer.email],
                "preview": "change" not in request.POST,
            }  # fmt: skip
            return render(request, "bookings/office/session_message.html", context)
        else:
            with transaction.atomic():
                job = write_to_session(
                    found, keys=[row.pk for row in rows], title=given["title"], message=given["message"],
                    attendees=given["attendees"], by=signed_in(request),
                )  # fmt: skip
            messages.success(request, _("It is being sent. It stands in the log of messages."))
            return redirect("office:job", job.pk)
    return form_page(request, "bookings/office/session_message.html", context)


def _begun(request: HttpRequest, session: Session) -> dict[str, object]:
    """What the form begins with: nothing, or an offer of another date before a session is called off."""
    whom = request.GET.get("whom", "")
    first: dict[str, object] = {"whom": whom if whom in ("confirmed", "unpaid", "unnamed") else "all"}
    if request.GET.get("about") != "another-date":
        return first
    dates = [f"- {day_text(one.starts_at)}, {local(one.starts_at):%H:%M}" for one in other_dates(session)]
    words = _("we may not be able to run %(course)s on %(day)s. We would like to offer you another date first.") % {
        "course": session.course, "day": day_text(session.starts_at),
    }  # fmt: skip
    listed = _("There is room on:") + "\n" + "\n".join(dates) if dates else ""
    asks = _("Reply to this email and say which one suits you. If none does, we cancel and send everything back.")
    return first | {
        "title": _("Another date for %s?") % session.course,
        "message": "\n\n".join(filter(None, [words, listed, asks])),
    }  # fmt: skip
