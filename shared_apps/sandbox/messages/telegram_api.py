"""The methods of Telegram's bot API that we use, below `/sandbox/telegram/bot<token>/`."""

import json
import re
import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from shared_apps.core.types import JsonObject
from shared_apps.sandbox.guard import sandbox_only
from shared_apps.sandbox.messages import chats, faults
from shared_apps.sandbox.messages.accounts import TELEGRAM, account
from shared_apps.sandbox.messages.chats import TelegramError
from shared_apps.sandbox.models import ServiceAccount, Switches

TOKEN = re.compile(r"([0-9]+):[A-Za-z0-9_-]+")


def _me(bot: ServiceAccount, params: JsonObject) -> JsonObject:
    return {
        "id": int(bot.pk), "is_bot": True, "first_name": bot.name, "username": bot.sender, "can_join_groups": False,
        "can_read_all_group_messages": False, "supports_inline_queries": False,
    }  # fmt: skip


def _webhook_info(bot: ServiceAccount, params: JsonObject) -> JsonObject:
    waiting = bot.calls.filter(status="waiting").count()
    return {"url": bot.webhook, "has_custom_certificate": False, "pending_update_count": waiting}


def _updates(bot: ServiceAccount, params: JsonObject) -> JsonObject:
    raise TelegramError(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first")


METHODS: dict[str, Callable[[ServiceAccount, JsonObject], object]] = {
    "getme": _me,
    "getwebhookinfo": _webhook_info,
    "getupdates": _updates,
    "setwebhook": chats.set_webhook,
    "deletewebhook": lambda bot, params: chats.set_webhook(bot, {}),
    "sendmessage": chats.send,
    "editmessagetext": lambda bot, params: chats.edit(bot, params, text=True),
    "editmessagereplymarkup": lambda bot, params: chats.edit(bot, params, text=False),
    "answercallbackquery": chats.answer,
}
ABOUT_MESSAGES = {"sendmessage", "editmessagetext", "editmessagereplymarkup"}


@csrf_exempt
@require_http_methods(["GET", "POST"])
@sandbox_only
def method(request: HttpRequest, token: str, method: str) -> HttpResponse:
    """Any call of a bot."""
    met = faults.meet()
    if broken := faults.no_answer(met):
        return broken
    try:
        result = _result(request, token, method.lower(), met)
    except TelegramError as error:
        return _refused(error)
    return faults.lost(met) or JsonResponse({"ok": True, "result": result})


def _result(request: HttpRequest, token: str, method: str, met: Switches) -> object:
    bot = _bot(token, met)
    if met.messages_rate_limited:
        raise TelegramError(429, "Too Many Requests: retry after 3", retry_after=3)
    if method not in METHODS:
        raise TelegramError(404, "Not Found: method not found")
    if met.messages_refused and method in ABOUT_MESSAGES:
        raise TelegramError(400, "Bad Request: chat not found")
    return METHODS[method](bot, _params(request))


def _bot(token: str, met: Switches) -> ServiceAccount:
    match = TOKEN.fullmatch(token)
    if not match:
        raise TelegramError(404, "Not Found")
    bot = account(TELEGRAM, match[1]) if not met.messages_disconnected else None
    if bot is None or not secrets.compare_digest(bot.token.encode(), token.encode()):
        raise TelegramError(401, "Unauthorized")
    return bot


def _params(request: HttpRequest) -> JsonObject:
    if request.content_type != "application/json":
        given: JsonObject = {**request.GET.dict(), **request.POST.dict()}
        for name in ("reply_markup", "allowed_updates"):
            if name in given:
                given[name] = _json(given[name])
        return given
    found = _json(request.body or b"{}")
    if not isinstance(found, dict):
        raise TelegramError(400, "Bad Request: can't parse parameters")
    return found


def _json(text: str | bytes) -> object:
    try:
        return json.loads(text)
    except ValueError:
        raise TelegramError(400, "Bad Request: can't parse JSON") from None


def _refused(error: TelegramError) -> JsonResponse:
    body: JsonObject = {"ok": False, "error_code": error.status, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return JsonResponse(body, status=error.status)
