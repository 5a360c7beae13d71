"""Moving a session by the short form, and taking that back."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.errors import DomainError
from shared_apps.core.permissions import allow
from shared_apps.core.time import local, now
from shared_apps.web.office import form_page, found_to_edit, say_with_undo, where_one_was
from shared_apps.web.templatetags.muster import day as day_text
from tenant_apps.bookings.moved import Audience, audience_of
from tenant_apps.bookings.office.telling import when_told
from tenant_apps.messaging.models import Notice
from tenant_apps.messaging.models.notices import FOR_OFFICE
from tenant_apps.scheduling.models import Session
from tenant_apps.scheduling.office.move_form import MovedFrom, MoveForm, Whereabouts
from tenant_apps.scheduling.services import look_at_update, update_session


@require_http_methods(["GET", "POST"])
@allow("sessions.manage")
@transaction.atomic
def session_move(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Another day, other hours or another place. Whatever clashes is named, then who is told, before it is saved."""
    found = found_to_edit(request, Session.objects.visible_to(request.user).select_related("course"), pk)
    before = Whereabouts.of(found)  # the form writes into its row
    context: dict[str, object] = {
        "nav": "sessions", "session": found, "where": found.where, "is_open": found.is_open,
        "booked": audience_of(found),
    }  # fmt: skip
    if request.method == "POST":
        form = MoveForm(request.POST, instance=found, course=found.course)
    else:
        form = MoveForm.filled_in_by(request.GET, found)
        if form.is_bound:
            form.show_as_left()
    context["form"] = form
    if request.method == "POST" and found.is_open and form.is_valid():
        given = form.cleaned_data
        hear = audience_of(found) if form.moves else None
        agreed = form.is_heeded and (not hear or given["agreed"] == form.plan_key)
        try:
            if not agreed:
                look_at_update(found, days=form.days, **form.details)
                return render(request, "scheduling/session_move.html", context | {"hear": hear, "advice": form.advice})
            changed = update_session(
                found, days=form.days, note=given["note"], by=signed_in(request), **form.details
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(None, refusal.message)  # all that clashes, whether this form has a field for it or not
        else:
            if changed:
                _say_moved(request, Session.objects.get(pk=pk), before, hear or audience_of(found))
            else:
                messages.info(request, _("Nothing was changed."))
            return redirect("office:session", pk)
    return form_page(request, "scheduling/session_move.html", context)


@require_POST
@allow("sessions.manage")
@transaction.atomic
def session_move_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the last move back, as long as nobody was told of it and nobody has booked since."""
    found = found_to_edit(request, Session.objects.visible_to(request.user).select_related("course"), pk)
    former = MovedFrom.read(request.POST.get("from", ""), found)
    if former is None:
        messages.error(request, _("Only what was moved within the last hour can be moved back like this."))
    elif refusal := _why_not_back(found, former):
        act = reverse("office:session_move", args=[pk]), _("Move it again")
        messages.error(request, format_html('{} <a class="toast-act" href="{}">{}</a>', refusal, *act))
    else:
        try:
            update_session(
                found, days=former.days, place=former.place, room=former.room, decide_by=former.decide_by,
                by=signed_in(request),
            )  # fmt: skip
        except DomainError as refused:
            messages.error(request, refused.message)
        else:
            text = _("It is back on %s.") % day_text(former.days[0][0])
            told = when_told(Session.objects.get(pk=pk)) or _("Nobody is told.")
            messages.success(request, f"{text} {told}")
    return redirect(where_one_was(request, reverse("office:session", args=[pk])))


def _why_not_back(session: Session, former: MovedFrom) -> str:
    """Why `session` can't be moved back by one press; "" if it can."""
    booked = audience_of(session)
    if former.sequence != session.sequence:
        return _("It was changed again meanwhile, so it stays as it is.")
    if not all(former.knew(booking.pk) for booking in booked):
        return _("Somebody has booked it as it is now, so it stays there.")
    if booked and not session.tell_move_at:
        if booked.by_email:
            return _("Those booked know of it by now. Move it once more, and they hear of that too.")
        return _("Those booked may have been called by now.")
    if _was_written_to(session, booked):
        return _(
            "Those booked were written to meanwhile, and read when it is now. Move it once more, and they hear of it."
        )
    if former.gone == "place":
        return _("The place where it was is not there any more.")
    return _("The room where it was is not there any more.") if former.gone else ""


def _was_written_to(session: Session, booked: Audience) -> bool:
    """Whether one of those booked was told something about it since it was moved; the office's own notices aside."""
    since = (session.move_untold or {}).get("since")
    ids = [booking.pk for booking in booked]
    return bool(since) and Notice.objects.filter(about_id__in=ids, created_at__gt=since).exclude(FOR_OFFICE).exists()


def _say_moved(request: HttpRequest, session: Session, before: Whereabouts, booked: Audience) -> None:
    """What was done, when those booked hear of it, and a way back until they do."""
    text = _("Moved: %(day)s, %(time)s.") % {
        "day": day_text(session.starts_at), "time": f"{local(session.starts_at):%H:%M}",
    }  # fmt: skip
    told = when_told(session)
    if booked and not session.tell_move_at:
        told = _("It is again as those booked know it, so nobody is told.")
    text = f"{text} {told}".rstrip()
    if booked and not (session.tell_move_at and session.tell_move_at > now()):
        messages.success(request, text)
        return
    undo = reverse("office:session_move_back", args=[session.pk])
    signed = before.signed(session, booked=[booking.pk for booking in booked])
    say_with_undo(request, text, undo, **{"from": signed})
