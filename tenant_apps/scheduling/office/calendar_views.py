"""The calendar of the office: month, week, day, and lanes by trainer, room or vehicle."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.errors import DomainError
from shared_apps.core.permissions import allow
from shared_apps.core.time import local_today, now, tenant_zone
from tenant_apps.scheduling.calendar.asked import COLOURS, LANES, VIEWS, Asked, asked_of, filters
from tenant_apps.scheduling.calendar.away import Off, mark_days, mark_lanes, whats_off
from tenant_apps.scheduling.calendar.choices import Choices, choices_of, lanes_of
from tenant_apps.scheduling.calendar.entries import Entry, entries_of
from tenant_apps.scheduling.calendar.grid import QUARTERS, Day, days_between, hours_of, lay_out
from tenant_apps.scheduling.models import Session, SessionStatus
from tenant_apps.scheduling.office.move_form import MoveForm
from tenant_apps.scheduling.services import look_at_update

SIDE_BY_SIDE = {"week": 3, "day": 6}  # sessions at a time
NOBODY = {"trainers": _("Nobody yet"), "rooms": _("No room"), "vehicles": _("No vehicle")}


@require_GET
@allow("sessions.view")
@filters
def calendar(request: HttpRequest) -> HttpResponse:
    """What is on, as the address asks: which view, which days, narrowed by what."""
    user = signed_in(request)
    assert user is not None
    asked = asked_of(request, usual="month" if user.sees_all else "week")
    entries = entries_of(user, *asked.span, **asked.narrowed)
    choices = choices_of(user, asked.view)
    colours = choices.categories
    _give_colours(entries, {one.key: one.colour for one in colours})
    days = days_between(asked.since, asked.until, entries, tenant_zone())
    off = whats_off(user, asked)
    mark_days(days, off)
    if asked.view == "month":
        for day in days:
            day.is_other = day.date.month != asked.on.month
    if whose := off.own or asked.narrowed["trainer_id"]:
        for entry in entries:
            entry.role = entry.role_of(whose)
    views = {name: title for name, title in VIEWS.items() if user.sees_all or name not in LANES}
    shown = {entry.category_id for entry in entries}
    context: dict[str, object] = {
        "nav": "calendar", "asked": asked, "days": days, "choices": choices, "today": local_today(),
        "views": [(title, asked.link(view=name), name == asked.view) for name, title in views.items()],
        "now_link": asked.link(on=local_today()), "statuses": SessionStatus.choices, "colours": COLOURS.items(),
        "chosen": dict(asked.kept), "legend": [one for one in colours if one.key in shown],
        "own_hours": off.own, "whose": asked.narrowed.get("trainer_id"),
        "manages": user.can("sessions.manage"), "is_empty": not entries,
        "count": len({entry.session_id for day in days if not day.is_other for entry in day.entries}),
        "statuses_shown": sorted({entry.status for entry in entries}), "sees_all": user.sees_all,
    }  # fmt: skip
    return render(request, "scheduling/calendar.html", context | _drawn(asked, days, choices, off))


@require_GET
@allow("sessions.manage")
def session_look(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What speaks against a session on another day or at other hours. It is asked while one drags; nothing is written.

    `clash` forbids it, `advice` does not.
    """
    found = get_object_or_404(Session.objects.visible_to(request.user).select_related("course"), pk=pk)
    form = MoveForm.filled_in_by(request.GET, found)
    if not form.is_bound:
        return JsonResponse({"clash": "", "advice": []})
    if not form.is_valid():
        return JsonResponse({"clash": str(next(iter(form.errors.values()))[0]), "advice": []})
    clash = ""
    try:
        look_at_update(found, days=form.days, **form.details)
    except DomainError as refusal:
        taken = [text for texts in refusal.fields.values() for text in texts]
        clash = " ".join(taken) or str(refusal.message)
    return JsonResponse({"clash": clash, "advice": form.advice})


def _give_colours(entries: list[Entry], colours: dict[UUID, int]) -> None:
    for entry in entries:
        entry.colour = colours.get(entry.category_id, 0)


def _drawn(asked: Asked, days: list[Day], choices: Choices, off: Off) -> dict[str, object]:
    """What the template of that view needs besides."""
    if asked.view == "month":
        return {"weeks": [days[n : n + 7] for n in range(0, len(days), 7)]}
    if asked.view in SIDE_BY_SIDE:
        hours = hours_of(days)
        moment = now().astimezone(tenant_zone())
        for day in days:
            lay_out(day, hours, most=SIDE_BY_SIDE[asked.view], at=moment)
            day.away = off.among_hours(day.date, hours)
        return {"hours": [(hour, n * QUARTERS + 1) for n, hour in enumerate(hours)], "rows": len(hours) * QUARTERS}
    lanes = lanes_of(asked.view, days, choices, nobody=str(NOBODY[asked.view]))
    if asked.view == "trainers":
        mark_lanes(lanes, off)
    return {"lanes": lanes}
