"""This session of a series and those after it: changed together, called off, or taken away where nobody is booked."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.errors import DomainError
from shared_apps.core.permissions import allow
from shared_apps.web.office import form_page, found_to_edit, refusals_on
from tenant_apps.bookings.moved import Audience, audience_of, who_hears
from tenant_apps.bookings.office.selectors import calling_off
from tenant_apps.bookings.office.series_forms import CancelFollowingForm, FollowingForm
from tenant_apps.scheduling.following import (
    Follows,
    call_off_following,
    change_following,
    following,
    look_at_following,
    remove_unbooked,
    written_about,
)
from tenant_apps.scheduling.models import Session

NOBODY = Audience([], [])
MOVES = {"place", "room", "online_url"}


@dataclass(frozen=True)
class Line:
    """What becomes of one session, and who hears of it."""

    of: Follows
    hear: Audience


def _of_series(request: HttpRequest, pk: UUID) -> Session:
    rows = Session.objects.visible_to(request.user).exclude(series=None)
    return get_object_or_404(rows.select_related("course", "series__course", "trainer__person", "place", "room"), pk=pk)


@require_http_methods(["GET", "POST"])
@allow("sessions.manage")
@transaction.atomic
def session_following(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change this session and those after it. First what becomes of each and who is told, then it is done.

    The button `without` leaves those as they are that can't follow.
    """
    rows = Session.objects.visible_to(request.user).exclude(series=None).select_related("course", "series__course")
    found = found_to_edit(request, rows, pk)
    ahead = following(found)
    form = FollowingForm(request.POST or None, instance=found, course=found.course)
    context: dict[str, object] = {
        "nav": "sessions", "session": found, "series": found.series, "form": form, "how_many": ahead.count(),
        "can": ahead.filter(pk=pk).exists(), "own": ahead.filter(is_own_way=True).exclude(pk=pk).exists(),
    }  # fmt: skip
    if context["can"] and form.is_valid():
        if not form.has_changes:
            messages.info(request, _("Nothing was changed."))
            return redirect("office:session", pk)
        what = {"hours": form.hours, "also_own": form.cleaned_data["also_own"], **form.details}
        seen = look_at_following(Session.objects.get(pk=pk), **what)
        lines = [Line(one, _who_hears(one, form)) for one in seen]
        without = "without" in request.POST
        key = form.key_of(seen)
        agreed = form.cleaned_data["agreed"] == key and (without or not any(one.why_not for one in seen))
        context |= {
            "lines": lines, "key": key, "refused": any(one.why_not for one in seen),
            "changed": sum(one.is_changed for one in seen), "told": sum(len(line.hear.by_email) for line in lines),
        }  # fmt: skip
        if not agreed:
            return render(request, "bookings/office/following.html", context)
        try:
            with transaction.atomic():
                made = change_following(
                    Session.objects.get(pk=pk), note=form.cleaned_data["note"], without=without,
                    by=signed_in(request), **what,
                )  # fmt: skip
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            _say_changed(request, made)
            return redirect("office:series", found.series_id)
    return form_page(request, "bookings/office/following.html", context)


def _who_hears(one: Follows, form: FollowingForm) -> Audience:
    """Of another link alone only those hear who have it."""
    moved = MOVES & form.changes.keys()
    if not one.is_changed or not (moved or form.hours):
        return NOBODY
    return audience_of(one.session, of_link=moved == {"online_url"} and not form.hours)


def _say_changed(request: HttpRequest, made: Sequence[Session]) -> None:
    n = len(made)
    messages.success(request, ngettext("%d date is changed.", "%d dates are changed.", n) % n)
    hear = [who_hears(one) for one in Session.objects.filter(pk__in=[one.pk for one in made])]
    if told := sum(len(one.by_email) for one in hear):
        messages.info(
            request,
            ngettext("%d booking is told within minutes.", "%d bookings are told within minutes.", told) % told,
        )
    if to_call := [booking.contact_name for one in hear for booking in one.to_call]:
        names = ", ".join(dict.fromkeys(to_call))
        messages.warning(request, _("To be called, without an email address: %s.") % names)


@require_http_methods(["GET", "POST"])
@allow("sessions.manage")
def session_following_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Call this session of a series off and those after it: first what that does, then with a reason."""
    found = _of_series(request, pk)
    ahead = list(following(found).select_related("course"))
    costs = [calling_off(one) for one in ahead if one.seats_taken]
    form = CancelFollowingForm(request.POST or None)
    if ahead and form.is_valid():
        with refusals_on(form):
            job = call_off_following(found, reason=form.cleaned_data["reason"], by=signed_in(request))
            if job:
                messages.success(request, _("They are called off one after the other."))
                return redirect("office:job", job.pk)
            n = len(ahead)
            messages.success(request, ngettext("%d date is called off.", "%d dates are called off.", n) % n)
            return redirect("office:series", found.series_id)
    context = {
        "nav": "sessions", "session": found, "series": found.series, "form": form, "ahead": ahead,
        "bookings": sum(cost.bookings for cost in costs), "money": sum(cost.money for cost in costs),
        "by_hand": sum(cost.by_hand for cost in costs),
    }  # fmt: skip
    return form_page(request, "bookings/office/following_cancel.html", context)


@require_http_methods(["GET", "POST"])
@allow("sessions.manage")
def session_following_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take this session of a series and those after it off the calendar, where nobody has a seat."""
    found = _of_series(request, pk)
    ahead = list(following(found))
    free = [one for one in ahead if not one.seats_taken]
    kept = written_about(free)
    if request.method == "POST" and free:
        try:
            removed = remove_unbooked(found, by=signed_in(request))
        except DomainError as refusal:
            messages.error(request, refusal.message)
            return redirect("office:series", found.series_id)
        if n := removed.gone:
            said = ngettext("%d session is off the calendar.", "%d sessions are off the calendar.", n) % n
            messages.success(request, said)
        if n := removed.called_off:
            said = ngettext(
                "%d was called off and stays in the list, since something is written down about it.",
                "%d were called off and stay in the list, since something is written down about them.", n,
            )  # fmt: skip
            messages.info(request, said % n)
        if removed.series:
            return redirect("office:series", removed.series.pk)
        return redirect("office:course_sessions", found.course_id)
    context = {
        "nav": "sessions", "session": found, "series": found.series, "booked": len(ahead) - len(free),
        "going": [one for one in free if one.pk not in kept], "called_off": [one for one in free if one.pk in kept],
    }  # fmt: skip
    return render(request, "bookings/office/following_remove.html", context)
