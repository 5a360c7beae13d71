"""Where services tell us what became of messages, and what people answer. Each proves who it is."""

import json
from hmac import compare_digest
from uuid import UUID

import structlog
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shared_apps.api.problems import problem
from shared_apps.core.digits import whole_number
from shared_apps.core.permissions import PUBLIC, allow
from shared_apps.tenants.urls import tenant_url
from tenant_apps.messaging.accounts import telegram_secret, twilio_account
from tenant_apps.messaging.channels.errors import ChannelDisconnected
from tenant_apps.messaging.channels.telegram.updates import NotAnUpdate, read_update
from tenant_apps.messaging.channels.twilio.client import NotADelivery, is_signed, read_callback
from tenant_apps.messaging.hooks import take_delivery, take_update

log = structlog.get_logger()


@csrf_exempt
@require_POST
@allow(PUBLIC)
def twilio_hook(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Twilio tells what became of a message."""
    try:
        token = twilio_account().token
    except ChannelDisconnected:
        raise Http404 from None
    signature, query = request.headers.get("X-Twilio-Signature", ""), request.META.get("QUERY_STRING", "")
    url = tenant_url("twilio_hook", message_id)
    if not is_signed(signature, f"{url}?{query}" if query else url, request.POST, token):
        return _forged(request, "twilio")
    try:
        delivery = read_callback(request.POST.dict())
    except NotADelivery:
        return problem(400, "This tells of no message.", code="invalid", request=request)
    turn = request.GET.get("try", "")  # what the former release sent has none
    take_delivery(message_id, delivery, turn=whole_number(turn, 0, 99_999))
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
@allow(PUBLIC)
def telegram_hook(request: HttpRequest) -> HttpResponse:
    """Telegram tells what somebody did in the chat with our bot."""
    try:
        secret = telegram_secret()
    except ChannelDisconnected:
        raise Http404 from None
    if not compare_digest(request.headers.get("X-Telegram-Bot-Api-Secret-Token", "").encode(), secret.encode()):
        return _forged(request, "telegram")
    try:
        take_update(read_update(json.loads(request.body)))
    except (NotAnUpdate, ValueError, RecursionError):
        return problem(400, "This is no update.", code="invalid", request=request)
    return JsonResponse({"ok": True})


def _forged(request: HttpRequest, service: str) -> HttpResponse:
    log.warning("forged webhook refused", service=service)
    return problem(400, "This is not from the service.", code="forged_webhook", request=request)
