"""Pages of Telegram: chats with bots, as a person sees them."""

import hashlib
from datetime import timedelta

from django.core.paginator import Paginator
from django.db.models import Max, Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shared_apps.core.digits import whole_number
from shared_apps.sandbox.guard import sandbox_only
from shared_apps.sandbox.messages import chats
from shared_apps.sandbox.messages.accounts import TELEGRAM, bot_called, bot_of
from shared_apps.sandbox.models import ButtonPress, Chat, ChatMessage, ServiceAccount
from shared_apps.sandbox.phone_views import faults_on, is_part
from shared_apps.tenants.models import Tenant

SHOWN = 200  # of one chat
NOTE_STAYS = timedelta(seconds=8)
PEOPLE = ["Ada Test", "Ben Test", "Chidi Test"]
MOST_SITES = 100


@require_GET
@sandbox_only
def telegram_list(request: HttpRequest) -> HttpResponse:
    """All chats, the latest first, and the bot of each site."""
    sites = [(site, bot_of(site.slug)) for site in Tenant.objects.order_by("name")[:MOST_SITES]]
    page = Paginator(_chats(), 30).get_page(request.GET.get("page"))
    context = {"page": page, "sites": sites, "faults": faults_on()}
    return render(request, "sandbox/telegram_list.html", context)


@require_http_methods(["GET", "POST"])
@sandbox_only
def telegram_start(request: HttpRequest, bot: str) -> HttpResponse:
    """Where `t.me/<bot>?start=…` would lead: choose who one is, and press Start."""
    whose = _bot(bot)
    payload = (request.POST if request.method == "POST" else request.GET).get("start", "")[:64]
    if request.method == "POST":
        name = " ".join(request.POST.get("name", "").split())[:64]
        if name:
            chat = chats.start(whose, name, payload)
            return redirect("sandbox:telegram_chat", whose.sender, chat.pk)
    known = list(whose.chats.order_by("-made_at").values_list("name", flat=True)[:10])
    people = list(dict.fromkeys([*known, *PEOPLE]))[:6]
    context = {"bot": whose, "payload": payload, "people": people, "faults": faults_on()}
    return render(request, "sandbox/telegram_start.html", context)


@require_GET
@sandbox_only
def telegram_chat(request: HttpRequest, bot: str, chat_id: int) -> HttpResponse:
    """One chat."""
    return _shown(request, _chat(bot, chat_id))


@require_POST
@sandbox_only
def telegram_say(request: HttpRequest, bot: str, chat_id: int) -> HttpResponse:
    """Type a text: POST `text`."""
    chat, text = _chat(bot, chat_id), request.POST.get("text", "").strip()[: chats.MOST_LETTERS]
    if text and not chat.blocked:
        chats.say(chat, text)
    return _again(request, bot, chat_id)


@require_POST
@sandbox_only
def telegram_press(request: HttpRequest, bot: str, chat_id: int) -> HttpResponse:
    """Press the button in `row` and `column` below a message: POST these and `message`, its number."""
    number, row, column = (whole_number(request.POST.get(name), 0, 10**9) for name in ("message", "row", "column"))
    if number is None or row is None or column is None:
        raise Http404
    message = get_object_or_404(ChatMessage, chat=_chat(bot, chat_id), number=number, from_bot=True)
    if message.chat.blocked or not (0 <= row < len(message.buttons) and 0 <= column < len(message.buttons[row])):
        raise Http404
    chats.press(message, message.buttons[row][column].get("callback_data", ""))
    return _again(request, bot, chat_id)


@require_POST
@sandbox_only
def telegram_block(request: HttpRequest, bot: str, chat_id: int) -> HttpResponse:
    """Block the bot with POST `blocked=1`, or let it write again."""
    chats.block(_chat(bot, chat_id), request.POST.get("blocked") == "1")
    return redirect("sandbox:telegram_chat", bot, chat_id)


def _again(request: HttpRequest, bot: str, chat_id: int) -> HttpResponse:
    if is_part(request):
        return _shown(request, _chat(bot, chat_id))
    return redirect("sandbox:telegram_chat", bot, chat_id)


def _shown(request: HttpRequest, chat: Chat) -> HttpResponse:
    messages = list(chat.messages.order_by("-number")[:SHOWN])[::-1]
    note = _note(chat)
    seen = [(each.pk, each.edited_at) for each in messages], chat.blocked, note
    marker = hashlib.sha256(repr(seen).encode()).hexdigest()[:16]
    context = {"chat": chat, "bot": chat.bot, "messages": messages, "note": note, "marker": marker}
    if is_part(request):
        if request.GET.get("seen") == marker:
            return HttpResponse(status=204)
        return render(request, "sandbox/_telegram_messages.html", context)
    return render(request, "sandbox/telegram_chat.html", {**context, "faults": faults_on()})


def _note(chat: Chat) -> str:
    """What the bot answered to a button that was pressed a moment ago."""
    rows = ButtonPress.objects.filter(message__chat=chat, answered_at__gt=timezone.now() - NOTE_STAYS).exclude(note="")
    row = rows.order_by("-answered_at").first()
    return row.note if row else ""


def _chats() -> QuerySet[Chat]:
    newest = ChatMessage.objects.order_by("chat", "-number").distinct("chat")
    rows = Chat.objects.select_related("bot").annotate(last=Max("messages__created_at")).order_by("-last")
    return rows.prefetch_related(Prefetch("messages", newest, to_attr="newest"))


def _bot(username: str) -> ServiceAccount:
    found = bot_called(username)
    if found is None:
        raise Http404
    return found


def _chat(username: str, chat_id: int) -> Chat:
    rows = Chat.objects.select_related("bot").filter(bot__service=TELEGRAM, bot__sender__iexact=username)
    return get_object_or_404(rows, pk=chat_id)
