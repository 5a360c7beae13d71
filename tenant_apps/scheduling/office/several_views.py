"""Several sessions of a course at once."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.errors import DomainError
from shared_apps.core.permissions import allow
from shared_apps.web.office import form_page, say_with_undo, uuid_of, where_one_was
from tenant_apps.catalogue.models import Course
from tenant_apps.scheduling.errors import ThereAlready
from tenant_apps.scheduling.models import Session
from tenant_apps.scheduling.office.several_forms import SeveralForm, next_month
from tenant_apps.scheduling.several import look_at_plans, made_already, schedule_sessions, take_back_sessions


@require_http_methods(["GET", "POST"])
@allow("sessions.manage")
def sessions_several(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put several dates on the calendar, all or none; `without` leaves out those that can't be.

    htmx asks how they would stand, and nothing is written.
    """
    course = get_object_or_404(Course.objects.in_office_of(request.user), pk=pk)
    form = SeveralForm(request.POST or None, course=course)
    looks = request.headers.get("HX-Request") == "true"
    context = {"nav": "sessions", "course": course, "form": form, "month": next_month(), "tried": []}
    if form.is_valid():
        by, plans = signed_in(request), form.cleaned_data["plans"]
        if not looks and (known := made_already(form.key, by=by)):
            return _on_the_calendar(request, pk, known)
        tried = look_at_plans(course=course, plans=plans, by=by, **form.details)
        context["tried"] = tried
        if not looks:
            fine = [one.days for one in tried if not one.why_not]
            chosen = fine if "without" in request.POST else plans
            try:
                how = {"form_key": form.key, "beside": "beside" in request.POST, **form.details}
                made = schedule_sessions(course=course, plans=chosen, by=by, **how) if chosen else []
            except DomainError as refusal:
                context["asks_beside"] = isinstance(refusal, ThereAlready)
                form.add_error(None, refusal.message)
            else:
                if made:
                    return _on_the_calendar(request, pk, made)
                form.add_error(None, _("None of these dates can be."))
    if looks:
        return render(request, "scheduling/_plans.html", context)
    return form_page(request, "scheduling/several.html", context)


@require_POST
@allow("sessions.manage")
def sessions_take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take sessions that were just made off the calendar again."""
    course = get_object_or_404(Course.objects.in_office_of(request.user), pk=pk)
    keys = [key for text in request.POST.getlist("session") if (key := uuid_of(text))]
    try:
        gone = take_back_sessions(course=course, keys=keys, by=signed_in(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        text = ngettext("%d session is off the calendar again.", "%d sessions are off the calendar again.", gone) % gone
        messages.success(request, text)
    return redirect(where_one_was(request, reverse("office:course_sessions", args=[pk])))


def _on_the_calendar(request: HttpRequest, pk: UUID, made: Sequence[Session]) -> HttpResponse:
    n = len(made)
    text = ngettext("%d session is on the calendar.", "%d sessions are on the calendar.", n) % n
    undo = reverse("office:sessions_take_back", args=[pk])
    say_with_undo(request, text, undo, session=[str(session.pk) for session in made])
    return redirect("office:course_sessions", pk)
