"""The inbox of whoever is signed in, and how they want to be told."""

import json
from uuid import UUID

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shared_apps.accounts.models import User
from shared_apps.accounts.signed_in import signed_in
from shared_apps.api.problems import problem
from shared_apps.core.limits import HOUR, Rate, count
from shared_apps.core.permissions import PUBLIC, allow
from shared_apps.web.filtering import known_filters
from shared_apps.web.office import page_of
from shared_apps.web.views import too_many_requests
from tenant_apps.messaging.accounts import bot_name
from tenant_apps.messaging.channels.push import client as push_client
from tenant_apps.messaging.channels.telegram.links import deep_link
from tenant_apps.messaging.forms import PreferencesForm
from tenant_apps.messaging.inbox import (
    change_preferences,
    channels_to_choose,
    choices_of,
    devices_of,
    preferences_of,
    read,
    read_all,
    subscribe,
    unread_count,
    unsubscribe,
)
from tenant_apps.messaging.models import Notice
from tenant_apps.messaging.models.accounts import session_digest
from tenant_apps.messaging.people import begin_chat, chats_of, end_chats
from tenant_apps.people.identity import record_for, record_of

LINKS_AN_HOUR = Rate(20, HOUR)
DEVICES_AN_HOUR = Rate(30, HOUR)
LONGEST_ENDPOINT, LONGEST_KEY, LONGEST_SECRET = 600, 120, 60


def _user(request: HttpRequest) -> User:
    user = signed_in(request)
    assert user is not None
    return user


def _frame(request: HttpRequest) -> dict[str, object]:
    """The office's frame for whoever works there, the site's for everybody else."""
    office = _user(request).can("office.enter")
    return {"layout": "office/base.html" if office else "site/base.html", "in_office": office, "nav": "notices"}


@require_safe
@allow("account.use")
@never_cache
@known_filters(show={"unread": None})
def notices(request: HttpRequest) -> HttpResponse:
    """What one was told, newest first."""
    user = _user(request)
    rows = Notice.objects.visible_to(user).order_by("-created_at", "-pk")
    only_unread = request.GET.get("show") == "unread"
    context = {
        **_frame(request), "page": page_of(request, rows.filter(read_at=None) if only_unread else rows),
        "unread": unread_count(user), "only_unread": only_unread,
    }  # fmt: skip
    return render(request, "messaging/notices.html", context)


@require_safe
@allow("account.use")
@never_cache
def unread(request: HttpRequest) -> HttpResponse:
    """The bell with how many are unread, which a page asks for again and again."""
    return render(request, "messaging/_bell.html", {"unread": unread_count(_user(request)), "asks": True})


@require_POST
@allow("account.use")
def open_notice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Go to the page that a notice is about. It is read then."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    read(notice)
    return HttpResponseRedirect(notice.link or reverse("notices"))


@require_POST
@allow("account.use")
def all_read(request: HttpRequest) -> HttpResponse:
    """Nothing in the inbox is new any more."""
    read_all(_user(request))
    return redirect("notices")


@require_http_methods(["GET", "HEAD", "POST"])
@allow("account.use")
@never_cache
def preferences(request: HttpRequest) -> HttpResponse:
    """By which ways each kind of notice comes, quiet hours, the daily summary, and connected devices."""
    user = _user(request)
    row, channels = preferences_of(user), channels_to_choose()
    choices = choices_of(user, row)
    initial = {"quiet_from": row.quiet_from, "quiet_until": row.quiet_until, "digest_at": row.digest_at}
    form = PreferencesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = {
            one.name: {
                choice.channel: f"{one.name}:{choice.channel}" in request.POST
                for choice in one.choices if choice.on is not None and not choice.fixed
            }
            for one in choices
        }  # fmt: skip
        change_preferences(user, channels=chosen, quiet=form.pair, digest_at=form.cleaned_data["digest_at"])
        messages.success(request, _("Saved."))
        return redirect("notice_preferences")
    person, bot = record_of(user), bot_name()
    context = {
        **_frame(request), "form": form, "kinds": choices, "channels": channels, "bot": bot,
        "chats": chats_of(person) if person else [], "devices": devices_of(user),
        "push_key": push_client.public_key(), "may_push": push_client.is_set_up(),
    }  # fmt: skip
    return render(request, "messaging/preferences.html", context, status=422 if form.errors else 200)


@require_POST
@allow("account.use")
def push(request: HttpRequest) -> HttpResponse:
    """A browser says where to push what its owner is told: the JSON of its subscription."""
    user = _user(request)
    if wait := count("push-device", str(user.pk), DEVICES_AN_HOUR):
        return too_many_requests(request, wait=wait)
    try:
        found = push_client.read_subscription(json.loads(request.body))
    except (push_client.NotASubscription, ValueError, RecursionError):
        return problem(400, "This is not a subscription of a browser.", code="invalid", request=request)
    if len(found.endpoint) > LONGEST_ENDPOINT or len(found.p256dh) > LONGEST_KEY or len(found.auth) > LONGEST_SECRET:
        return problem(400, "This is not a subscription of a browser.", code="invalid", request=request)
    device = _device(request.headers.get("User-Agent", ""))
    subscribe(
        user, endpoint=found.endpoint, p256dh=found.p256dh, auth=found.auth, device=device,
        session=session_digest(request.session.session_key or ""),
    )  # fmt: skip
    return JsonResponse({"device": device}, status=201)


@require_POST
@allow("account.use")
def push_off(request: HttpRequest) -> HttpResponse:
    """Push nothing more to one of one's devices, named by its key."""
    unsubscribe(_user(request), request.POST.get("device", ""))
    messages.success(request, _("This device gets no more notifications."))
    return redirect("notice_preferences")


@require_POST
@allow("account.use")
def telegram(request: HttpRequest) -> HttpResponse:
    """Go to Telegram with a link that tells the bot whose chat it is."""
    user, bot = _user(request), bot_name()
    if wait := count("chat-link", str(user.pk), LINKS_AN_HOUR):
        return too_many_requests(request, wait=wait)
    if not bot:
        messages.error(request, _("Telegram is not offered here at the moment."))
        return redirect("notice_preferences")
    return redirect(deep_link(bot, begin_chat(record_for(user))))


@require_POST
@allow("account.use")
def telegram_off(request: HttpRequest) -> HttpResponse:
    """Write no more to one's chats."""
    if person := record_of(_user(request)):
        end_chats(person)
    messages.success(request, _("Nothing more is sent to your Telegram."))
    return redirect("notice_preferences")


@require_safe
@allow(PUBLIC)
def push_worker(request: HttpRequest) -> HttpResponse:
    """The script that shows what is pushed. It stands at the root, since it serves the pages below its own address."""
    path = finders.find("js/push-worker.js")
    assert isinstance(path, str)
    with open(path, "rb") as file:
        response = HttpResponse(file.read(), content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    return response


def _device(agent: str) -> str:
    """The browser and what it runs on, as its owner would call it."""
    browsers = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]
    systems = [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
               ("Mac OS", "Mac"), ("Linux", "Linux")]  # fmt: skip
    browser = next((name for mark, name in browsers if mark in agent), _("A browser"))
    system = next((name for mark, name in systems if mark in agent), "")
    return _("%(browser)s on %(system)s") % {"browser": browser, "system": system} if system else browser
