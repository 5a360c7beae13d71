"""One session with everybody on it, and calling it off."""

from typing import NamedTuple
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.money import display
from shared_apps.core.permissions import allow, can
from shared_apps.core.states import why_not
from shared_apps.events.timeline import history
from shared_apps.jobs.models import Job
from shared_apps.tenants.context import current_tenant
from shared_apps.web.drafts import draft_of
from shared_apps.web.office import back_to, form_page, found_to_edit, refusals_on, remember_record, say_saved
from tenant_apps.bookings.asked import owing_answers
from tenant_apps.bookings.care import care_of, is_minor
from tenant_apps.bookings.models import STANDING, Attendee, Booking, WaitingListEntry
from tenant_apps.bookings.moved import audience_of, who_hears
from tenant_apps.bookings.office.forms import CancelSessionForm
from tenant_apps.bookings.office.selectors import calling_off, with_money
from tenant_apps.bookings.office.telling import when_told
from tenant_apps.bookings.office.views.waiting import with_offers
from tenant_apps.scheduling.attendance import tallies
from tenant_apps.scheduling.following import following
from tenant_apps.scheduling.models import LEADING, Session
from tenant_apps.scheduling.office.day_rows import changes_days
from tenant_apps.scheduling.office.forms import SessionForm
from tenant_apps.scheduling.office.views import leave_for_a_place
from tenant_apps.scheduling.series import place_in_series
from tenant_apps.scheduling.services import cancel_session, look_at_update, update_session
from tenant_apps.scheduling.states import SessionStatus, its_day_has_come
from tenant_apps.scheduling.team import may as runs_it


def _found(request: HttpRequest, pk: UUID) -> Session:
    rows = Session.objects.visible_to(request.user).select_related(
        "course", "trainer__person", "place", "room", "rescheduled_to", "series"
    )
    rows = rows.with_team()
    return get_object_or_404(rows, pk=pk)


@require_GET
@allow("sessions.view")
def session(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One session: when and where, who comes, its bookings and its history."""
    found = _found(request, pk)
    remember_record(request, "session", pk)
    user = signed_in(request)
    sees_money = can(request.user, "bookings.manage")
    rows = Booking.objects.visible_to(request.user).filter(session=found)
    seats = "attendees__care" if found.course.asks_for_age else "attendees"
    rows = rows.select_related("buyer", "order").prefetch_related(seats).order_by("created_at", "pk")
    sees_who = can(request.user, "bookings.view")
    bookings = list(with_money(rows)) if sees_who else []
    coming = [booking for booking in bookings if booking.status in STANDING]
    context = {
        "nav": "sessions", "session": found, "days": list(found.days.all()),
        "roster": _roster(coming, found), "coming": coming, "sees_who": sees_who,
        "others": [booking for booking in bookings if booking not in coming], "sees_money": sees_money,
        "history": history(found, money=sees_money), "back": back_to(request, "sessions"),
        "is_open": found.is_open, "held": found.seats_taken - found.seats_confirmed,
        "registers": tallies(found) if coming and can(request.user, "registers.mark") else [],
        "can_book": found.why_not_bookable(by_office=True) is None,
        "job": Job.objects.at_work_on(found), "are_told": found.is_open and bool(who_hears(found).by_email),
        "waiting": _waiting(found) if sees_money else [],
        "can_wait": sees_money and found.is_open and not found.has_started and found.seats_left < found.capacity,
        "asks": found.course.questions.asked().exists() if sees_who else False,
        "owing": 0 if found.has_started else _owing(coming),
        "may": _may(request, found), "role": found.role_of(user) if user else None,
        "came_from": Session.objects.filter(rescheduled_to=found).first(),
        "in_series": place_in_series(found) if found.series else None,
        "follows": bool(found.series) and following(found).filter(pk=pk).exists(),
    }  # fmt: skip
    return render(request, "bookings/office/session.html", context)


def _owing(coming: list[Booking]) -> int:
    """How many of those who come have not answered what they must."""
    return owing_answers(Attendee.objects.filter(booking__in=coming)).count() if coming else 0


def _waiting(session: Session) -> list[WaitingListEntry]:
    rows = WaitingListEntry.objects.in_line().filter(session=session).with_position()
    return list(with_offers(rows))


def _may(request: HttpRequest, session: Session) -> dict[str, bool]:
    """Which buttons lead somewhere. Beginning a session is offered on its day alone, whoever may do it before."""
    user = signed_in(request)

    def may(to: str) -> bool:
        return why_not(session, "status", to, by=user) is None

    manages, runs = can(request.user, "sessions.manage"), runs_it(request.user, session, LEADING)
    return {
        "start": runs and may(SessionStatus.IN_PROGRESS) and its_day_has_come(session) is None,
        "complete": runs and may(SessionStatus.COMPLETED), "reschedule": may(SessionStatus.RESCHEDULED),
        "publish": manages and session.status == SessionStatus.DRAFT,
        "decide": manages and session.status == SessionStatus.TENTATIVE,
    }  # fmt: skip


class Line(NamedTuple):
    """A seat on the roster: `n` of its booking, and who sits there (None, and no name: nobody is named yet)."""

    booking: Booking
    n: int
    name: str
    attendee: Attendee | None
    is_minor: bool
    has_note: bool  # on their health


def _roster(bookings: list[Booking], session: Session) -> list[Line]:
    """Every seat of `bookings`, by name."""
    lines = []
    for booking in bookings:
        seats: list[Attendee | None] = list(booking.attendees.all())
        seats += [None] * (booking.seats - len(seats))
        lines += [_line(booking, n, seat, session) for n, seat in enumerate(seats[: booking.seats], start=1)]
    return sorted(lines, key=lambda line: (not line.name, line.name.casefold()))


def _line(booking: Booking, n: int, seat: Attendee | None, session: Session) -> Line:
    care = care_of(seat) if seat and session.course.asks_for_age else None
    minor, note = (is_minor(care.date_of_birth, session), bool(care.note)) if care else (False, False)
    return Line(booking, n, seat.name if seat else "", seat, minor, note)


@require_http_methods(["GET", "POST"])
@allow("sessions.manage")
@transaction.atomic
def session_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a session that is not over. A change that people have to be told of shows first whom."""
    rows = Session.objects.visible_to(request.user).select_related("course")
    found = found_to_edit(request, rows, pk)
    draft = draft_of(request)
    form = SessionForm(request.POST or draft, instance=found, course=found.course)
    context = {"nav": "sessions", "course": found.course, "form": form, "session": found}
    if "new_place" in request.POST:
        return leave_for_a_place(request)
    if changes_days(request.POST):
        form.show_as_left()
        return render(request, "scheduling/session_form.html", context)
    if draft:
        form.show_as_left()
    elif form.is_valid():
        given = form.cleaned_data
        hear = audience_of(found, of_link=form.is_only_the_link) if form.moves else None
        agreed = form.is_heeded and (not hear or given["agreed"] == form.plan_key)
        with refusals_on(form):
            if not agreed:
                look_at_update(found, days=form.days, **form.details)  # what clashes is said before who is told
                told = {"hear": hear, "advice": form.advice}
                return render(request, "scheduling/session_form.html", context | told)
            changed = update_session(
                found, days=form.days, note=given["note"], by=signed_in(request), **form.details
            )  # fmt: skip
            if changed:
                say_saved(request, form)
                _say_when_told(request, found)
            else:
                messages.info(request, _("Nothing was changed."))
            return redirect("office:session", pk)
    return form_page(request, "scheduling/session_form.html", context)


def _say_when_told(request: HttpRequest, session: Session) -> None:
    if told := when_told(Session.objects.get(pk=session.pk)):
        messages.info(request, told)


@require_http_methods(["GET", "POST"])
@allow("sessions.manage")
def session_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Call a session off: first what that does, then with a reason."""
    found = _found(request, pk)
    cost, to_call = calling_off(found), audience_of(found).to_call
    form = CancelSessionForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            cancel_session(found, reason=form.cleaned_data["reason"], by=signed_in(request))
            job = Job.objects.at_work_on(found)
            if job:
                messages.success(request, _("Session cancelled. Its bookings are cancelled one after the other."))
            elif to_call:
                messages.success(request, _("Session cancelled. Whoever gave an email address is told."))
            else:
                messages.success(request, _("Session cancelled. Everybody is told by email."))
            if to_call:
                names = ", ".join(f"{one.contact_name} {one.contact_phone}".strip() for one in to_call)
                messages.warning(request, _("They gave no email address, please call them: %s.") % names)
            if by_card := cost.money - cost.by_hand:
                messages.info(request, _("%s goes back by card.") % display(by_card, current_tenant().currency))
            if cost.by_hand:
                by_hand = display(cost.by_hand, current_tenant().currency)
                messages.warning(request, _("Send %s back yourself: it is on your list of things to do.") % by_hand)
            return redirect("office:job", job.pk) if job else redirect("office:session", pk)
    context = {
        "nav": "sessions", "session": found, "form": form, "cost": cost, "to_call": to_call, "is_open": found.is_open,
        "several_days": found.days.count() > 1,
    }  # fmt: skip
    return form_page(request, "bookings/office/cancel_session.html", context)
