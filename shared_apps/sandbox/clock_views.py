"""Pages of the clocks, and the same for programs."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from shared_apps.core.types import JsonObject
from shared_apps.sandbox.clock import ClockRefused, clock_of, coming, move_clock, reset_clock
from shared_apps.sandbox.guard import sandbox_only
from shared_apps.sandbox.models import ClockMove
from shared_apps.tenants.models import Tenant

STEPS = {"an hour": 1, "a day": 24, "three days": 72, "a week": 168, "two weeks": 336, "four weeks": 672}
MOST_SITES, MOST_MOVES = 100, 5
WHAT_COMES = {
    "bookings.expire_hold": "Seats that were held unpaid go back on sale",
    "documents.draw": "A PDF is drawn",
    "events.deliver": "What happened is told on",
    "jobs.go_on": "Long work goes on",
    "messaging.digest": "A daily summary goes out",
    "payments.ask_about_payment": "A payment is asked about",
    "payments.ask_about_refund": "A refund is asked about",
    "payments.carry_out_refund": "Money is sent back",
    "payments.process_event": "News of a payment is taken in",
    "scheduling.begin": "A session begins",
    "scheduling.end": "A session ends",
    "scheduling.lapse_offer": "The offer of a seat runs out",
    "scheduling.tell_move": "People are told that a session has moved",
    "timers.go_off": "A reminder or another timer",
}


@require_GET
@sandbox_only
def clock_list(request: HttpRequest) -> HttpResponse:
    """What the clock of each site shows."""
    sites = Tenant.objects.active().order_by("name")[:MOST_SITES]
    shown = [(site, f"{clock_of(site).astimezone(ZoneInfo(site.time_zone)):%a %-d %b %Y, %H:%M}") for site in sites]
    return render(request, "sandbox/clock_list.html", {"sites": shown})


@require_http_methods(["GET", "POST"])
@sandbox_only
def clock(request: HttpRequest, slug: str) -> HttpResponse:
    """One clock: POST `hours` or `to`, a time where the site is, moves it; `on` goes on; `reset` goes back."""
    site, said = _site(slug), ""
    if request.method == "POST":
        try:
            _act(site, request.POST)
            return redirect("sandbox:clock", slug)
        except ClockRefused as refusal:
            said = str(refusal)
    moves = list(ClockMove.objects.filter(schema_name=site.schema_name).order_by("-id")[:MOST_MOVES])
    zone = ZoneInfo(site.time_zone)
    context = {
        "site": site, "shows": clock_of(site), "said": said, "steps": STEPS.items(),
        "unfinished": any(not move.finished for move in moves), "ahead": bool(site.clock_ahead),
        "moves": [(move, [(datetime.fromisoformat(line["at"]), line) for line in move.happened]) for move in moves],
        "coming": [(moment, _words(name)) for moment, name in coming(site)],
    }  # fmt: skip
    with timezone.override(zone):
        return render(request, "sandbox/clock.html", context, status=409 if said else 200)


def _words(name: str) -> str:
    """What a kind of due work, such as `bookings.expire_hold`, does, for people."""
    if name.startswith("messaging.send"):
        return "A message goes out"
    app, _, does = name.partition(".")
    return WHAT_COMES.get(name) or f"{app.capitalize()}: {does.replace('_', ' ')}"


def _act(site: Tenant, asked: Mapping[str, str]) -> None:
    if "reset" in asked:
        reset_clock(site)
    elif "on" in asked:
        move_clock(site)
    else:
        move_clock(site, to=_wanted(site, asked))


@csrf_exempt
@require_http_methods(["GET", "POST", "DELETE"])
@sandbox_only
def clock_json(request: HttpRequest, slug: str) -> HttpResponse:
    """For scripts: GET tells; POST `{"hours": 336}`, `{"to": "2027-01-15T09:00:00Z"}` or `{}`, to go on, moves it.

    While the answer says `"finished": false`, POST `{}` again. DELETE goes back to the real time, where that is safe.
    POST takes `application/json` alone, which no other site's form can send.
    """
    site = _site(slug)
    move: ClockMove | None = None
    try:
        if request.method == "DELETE":
            reset_clock(site)
        elif request.method == "POST":
            if request.content_type != "application/json":
                return JsonResponse({"error": "Send application/json."}, status=415)
            asked = json.loads(request.body)
            if not isinstance(asked, dict) or asked.keys() - {"hours", "to"}:
                raise ValueError("Send hours or to, or an empty object to go on.")
            said = {name: str(value) for name, value in asked.items()}
            move = move_clock(site, to=_wanted(site, said) if said else None)
    except ClockRefused as refusal:
        return JsonResponse({"error": str(refusal)}, status=409)
    except ValueError as problem:
        return JsonResponse({"error": str(problem)}, status=400)
    return JsonResponse(_told(_site(slug), move))


def _told(site: Tenant, move: ClockMove | None) -> JsonObject:
    last = move or ClockMove.objects.filter(schema_name=site.schema_name).order_by("-id").first()
    told: JsonObject = {"site": site.slug, "now": clock_of(site).isoformat(), "ahead": site.clock_ahead.total_seconds()}
    if last:
        told |= {
            "since": last.since.isoformat(),
            "wanted": last.wanted.isoformat(),
            "reached": last.reached.isoformat(),
        }
        told |= {"finished": last.finished, "did": last.did, "happened": last.happened}
    return told


def _wanted(site: Tenant, asked: Mapping[str, str]) -> datetime:
    """When it is to be. Raises `ClockRefused`."""
    try:
        if hours := asked.get("hours"):
            return clock_of(site) + timedelta(hours=float(hours))
        moment = parse_datetime(asked.get("to", ""))
        if moment is None:
            raise ValueError
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(site.time_zone))).astimezone(UTC)
    except (ValueError, OverflowError, ValidationError) as error:
        raise ClockRefused("Say how many hours, or a date and a time.") from error


def _site(slug: str) -> Tenant:
    return get_object_or_404(Tenant.objects.active(), slug=slug)
