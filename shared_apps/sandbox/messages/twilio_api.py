"""The calls of Twilio's API that we use, below `/sandbox/twilio/2010-04-01/`."""

import base64
import binascii
import secrets
from email.utils import format_datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from shared_apps.core.types import JsonObject
from shared_apps.sandbox.guard import sandbox_only
from shared_apps.sandbox.messages import faults
from shared_apps.sandbox.messages.accounts import TWILIO, account
from shared_apps.sandbox.messages.calls import soon
from shared_apps.sandbox.messages.texts import TwilioError, take
from shared_apps.sandbox.models import ServiceAccount, Switches, TextMessage, Way


@csrf_exempt
@require_POST
@sandbox_only
def messages(request: HttpRequest, sid: str) -> HttpResponse:
    """Send a message."""
    met = faults.meet()
    if broken := faults.no_answer(met):
        return broken
    try:
        whose = _account(request, sid, met)
        if met.messages_refused:
            raise TwilioError(21612)
        text = take(whose, request.POST)
    except TwilioError as error:
        return _refused(error)
    soon()
    return faults.lost(met) or JsonResponse(_shown(text), status=201)


@require_GET
@sandbox_only
def message(request: HttpRequest, sid: str, message: str) -> HttpResponse:
    """How a message stands."""
    met = faults.meet()
    if broken := faults.no_answer(met):
        return broken
    try:
        whose = _account(request, sid, met)
        found = TextMessage.objects.select_related("account").filter(account=whose, sid=message).first()
        if found is None:
            raise TwilioError(20404)
    except TwilioError as error:
        return _refused(error)
    return JsonResponse(_shown(found))


@require_GET
@sandbox_only
def this_account(request: HttpRequest, sid: str) -> HttpResponse:
    """The account itself, which tells whether sid and token go together."""
    met = faults.meet()
    if broken := faults.no_answer(met):
        return broken
    try:
        whose = _account(request, sid, met)
    except TwilioError as error:
        return _refused(error)
    return JsonResponse({"sid": whose.pk, "friendly_name": whose.name, "status": "active", "type": "Full"})


def _account(request: HttpRequest, sid: str, met: Switches) -> ServiceAccount:
    if met.messages_rate_limited:
        raise TwilioError(20429)
    name, token = _credentials(request)
    whose = account(TWILIO, name) if not met.messages_disconnected else None
    if whose is None or not secrets.compare_digest(token.encode(), whose.token.encode()):
        raise TwilioError(20003)
    if sid != whose.pk:
        raise TwilioError(20404)
    return whose


def _credentials(request: HttpRequest) -> tuple[str, str]:
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    try:
        name, _, token = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise TwilioError(20003) from None
    if scheme.lower() != "basic":
        raise TwilioError(20003)
    return name, token


def _refused(error: TwilioError) -> JsonResponse:
    body = {
        "code": error.code,
        "message": error.message,
        "more_info": f"https://www.twilio.com/docs/errors/{error.code}",
        "status": error.status,
    }
    return JsonResponse(body, status=error.status, headers={"Retry-After": "1"} if error.status == 429 else None)


def _shown(text: TextMessage) -> JsonObject:
    prefix = "whatsapp:" if text.way == Way.WHATSAPP else ""
    failed = text.status in ("failed", "undelivered")
    made = format_datetime(text.created_at)
    return {
        "sid": text.sid, "account_sid": text.account_id, "api_version": "2010-04-01", "body": text.body,
        "to": f"{prefix}{text.telephone_id}", "from": f"{prefix}{text.account.sender}", "status": text.status,
        "direction": "outbound-api", "num_segments": str(1 + len(text.body) // 160), "num_media": "0", "price": None,
        "price_unit": "USD", "error_code": text.error_code if failed else None, "error_message": None,
        "messaging_service_sid": None, "date_created": made, "date_updated": made, "date_sent": None,
        "uri": f"/2010-04-01/Accounts/{text.account_id}/Messages/{text.sid}.json",
    }  # fmt: skip
