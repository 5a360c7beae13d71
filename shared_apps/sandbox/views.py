"""The index of the stand-ins: what happened lately, and the switches."""

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shared_apps.sandbox.forms import SwitchesForm
from shared_apps.sandbox.guard import sandbox_only
from shared_apps.sandbox.models import Mail, StripeObject, WebhookDelivery
from shared_apps.sandbox.stripe_api.accounts import business_name
from shared_apps.sandbox.stripe_api.currencies import show
from shared_apps.sandbox.stripe_api.disputes import VERDICTS, decide
from shared_apps.sandbox.stripe_api.events import send_again
from shared_apps.sandbox.stripe_api.webhooks import deliver_soon, endpoint
from shared_apps.sandbox.switches import as_dict, reset_switches, set_switches, switches


@require_GET
@sandbox_only
def index(request: HttpRequest) -> HttpResponse:
    """Recent checkout sessions, events and their deliveries."""
    return render(request, "sandbox/index.html", _context(SwitchesForm(instance=switches())))


def _context(form: SwitchesForm) -> dict[str, object]:
    sessions = StripeObject.objects.filter(kind="checkout.session").order_by("-made_at")[:15]
    events = StripeObject.objects.filter(kind="event").prefetch_related("deliveries").order_by("-made_at")[:30]
    row = switches()
    return {
        "form": form,
        "on": [name for name, position in as_dict(row).items() if position and name != "calls_left"],
        "sessions": [_session(each) for each in sessions],
        "disputes": [_dispute(each) for each in StripeObject.objects.filter(kind="dispute").order_by("-made_at")[:15]],
        "events": [{"row": each, "deliveries": each.deliveries.order_by("pk")} for each in events],
        "waiting": WebhookDelivery.objects.filter(status=WebhookDelivery.Status.WAITING).count(),
        "mails": Mail.objects.count(),
        "endpoint": endpoint(),
    }


def _session(row: StripeObject) -> dict[str, object]:
    return {
        "row": row,
        "merchant": business_name(row.account),
        "amount": show(row.data["amount_total"], row.data["currency"]),
        "status": row.data["status"],
        "email": (row.data["customer_details"] or {}).get("email") or "",
    }


def _dispute(row: StripeObject) -> dict[str, object]:
    return {
        "row": row,
        "merchant": business_name(row.account),
        "amount": show(row.data["amount"], row.data["currency"]),
        "status": row.data["status"],
        "is_open": row.data["status"] not in VERDICTS.values(),
    }


@require_POST
@sandbox_only
def decide_dispute(request: HttpRequest, dispute_id: str) -> HttpResponse:
    """The bank decides: POST `verdict` as `won` (for the merchant) or `lost`."""
    get_object_or_404(StripeObject, pk=dispute_id, kind="dispute")
    verdict = request.POST.get("verdict", "")
    if verdict not in VERDICTS.values():
        return HttpResponse("Say verdict=won or verdict=lost.", status=400, content_type="text/plain")
    decide(dispute_id, verdict)
    return redirect("sandbox:index")


@require_POST
@sandbox_only
def change_switches(request: HttpRequest) -> HttpResponse:
    """The form of the index page."""
    if "reset" in request.POST:
        reset_switches()
        return redirect("sandbox:index")
    form = SwitchesForm(request.POST)
    if form.is_valid():
        set_switches(form.cleaned_data)
        return redirect("sandbox:index")
    return render(request, "sandbox/index.html", _context(form), status=422)


@csrf_exempt
@require_http_methods(["GET", "POST", "DELETE"])
@sandbox_only
def switches_json(request: HttpRequest) -> HttpResponse:
    """For scripts: GET tells, POST sets the named ones, DELETE switches everything off.

    POST takes `application/json` alone, which no other site's form can send.
    """
    if request.method == "DELETE":
        return JsonResponse(as_dict(reset_switches()))
    if request.method == "GET":
        return JsonResponse(as_dict(switches()))
    if request.content_type != "application/json":
        return JsonResponse({"error": "Send application/json."}, status=415)
    try:
        changes = json.loads(request.body)
        if not isinstance(changes, dict):
            raise ValueError("Send an object of switches.")
        return JsonResponse(as_dict(set_switches(changes)))
    except ValueError as problem:
        return JsonResponse({"error": str(problem)}, status=400)


@require_POST
@sandbox_only
def send_event_again(request: HttpRequest, event_id: str) -> HttpResponse:
    """Deliver one event once more."""
    send_again(get_object_or_404(StripeObject, pk=event_id, kind="event"))
    deliver_soon()
    return redirect("sandbox:index")
