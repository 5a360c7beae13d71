"""Pages of the telephones: what arrived, what a person does about it, and what becomes of the next messages."""

import hashlib
import json
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from shared_apps.sandbox.guard import sandbox_only
from shared_apps.sandbox.messages import pushes, screens
from shared_apps.sandbox.messages.accounts import TWILIO, account, bot_of, twilio_of
from shared_apps.sandbox.messages.texts import FAILS_LATER, NUMBER, REFUSED_AT_ONCE, answer, is_open
from shared_apps.sandbox.models import Browser, Fate, OutgoingCall, PushNotice, ServiceAccount, Telephone, Way
from shared_apps.sandbox.switches import MESSAGE_FAULTS, switches
from shared_apps.tenants.models import Tenant

WAYS = {str(Way.SMS), str(Way.WHATSAPP)}
MOST_SITES = 100
WHY = {
    21211: "not a number", 21214: "can't be reached", 21408: "country not allowed", 21610: "has answered STOP",
    21612: "no route from the sender", 21614: "takes no texts", 20429: "too many requests", 20003: "token not accepted",
    30003: "phone off", 30004: "blocked", 30005: "nobody has the number", 30006: "a landline", 30007: "taken for spam",
    30008: "nobody knows why", 63016: "WhatsApp: no template", 63024: "WhatsApp: can't receive",
}  # fmt: skip


@require_GET
@sandbox_only
def phone_list(request: HttpRequest) -> HttpResponse:
    """Every number that got something, the accounts that sites can be connected to, and what the sites were told."""
    sites = list(Tenant.objects.order_by("name")[:MOST_SITES])
    context = {
        "page": Paginator(screens.telephones(), 30).get_page(request.GET.get("page")),
        "accounts": [(site, twilio_of(site.slug), bot_of(site.slug)) for site in sites],
        "calls": OutgoingCall.objects.select_related("account").order_by("-created_at")[:20],
        "refused": [(digits, code, WHY[code]) for digits, code in REFUSED_AT_ONCE.items()],
        "failing": [(digits, code, WHY[code]) for digits, code in FAILS_LATER.items()],
        "faults": faults_on(),
    }
    return render(request, "sandbox/phone_list.html", context)


@require_GET
@sandbox_only
def open_phone(request: HttpRequest) -> HttpResponse:
    """Go to the telephone with the number that was typed."""
    number = "".join(request.GET.get("number", "").split())
    if not NUMBER.fullmatch(number):
        return render(request, "sandbox/phone_wrong.html", {"number": number}, status=422)
    return redirect("sandbox:phone", number)


@require_GET
@sandbox_only
def phone(request: HttpRequest, number: str) -> HttpResponse:
    """The lock screen: notifications, and a list of conversations."""
    telephone, names = _telephone(number), _names()
    notices, talks = screens.notifications(telephone, names), screens.conversations(telephone)
    marker = _marker([each.key for each in notices], [(each.last.pk, each.last.status) for each in talks], _minute())
    here = reverse("sandbox:phone", args=[number])
    context = {"notices": notices, "talks": talks, "marker": marker, "now": timezone.now(), "here": here}
    return _shown(request, telephone, "home", context)


@require_GET
@sandbox_only
def conversation(request: HttpRequest, number: str, way: str, account_id: str) -> HttpResponse:
    """One conversation by SMS or WhatsApp."""
    return _conversation(request, _telephone(number), way, _account(way, account_id))


def _conversation(request: HttpRequest, telephone: Telephone, way: str, whose: ServiceAccount) -> HttpResponse:
    texts = screens.texts(telephone, way, whose.pk)
    stopped = screens.has_opted_out(telephone, whose.pk)
    only_templates = way == Way.WHATSAPP and not is_open(whose, telephone)
    context = {
        "texts": [(text, *screens.look_of(text)) for text in texts], "account": whose, "way": way, "stopped": stopped,
        "only_templates": only_templates,
        "marker": _marker([(text.pk, text.status) for text in texts], stopped, only_templates),
        "here": reverse("sandbox:conversation", args=[telephone.pk, way, whose.pk]),
    }  # fmt: skip
    return _shown(request, telephone, "talk", context)


@require_POST
@sandbox_only
def write_back(request: HttpRequest, number: str, way: str, account_id: str) -> HttpResponse:
    """The person answers: POST `body`. STOP and START do what they say."""
    telephone, whose = _kept(number), _account(way, account_id)
    if body := request.POST.get("body", "").strip()[:1600]:
        answer(telephone, whose, way, body)
    if is_part(request):
        return _conversation(request, telephone, way, whose)
    return redirect("sandbox:conversation", number, way, account_id)


@require_POST
@sandbox_only
def set_fate(request: HttpRequest, number: str) -> HttpResponse:
    """Say what becomes of the next messages: POST `fate`."""
    fate, telephone = request.POST.get("fate", ""), _kept(number)
    if fate not in Fate.values:
        return HttpResponseBadRequest("There is no such fate.", content_type="text/plain")
    telephone.fate = fate
    telephone.save(update_fields=["fate"])
    return redirect(_back(request, number))


@require_POST
@sandbox_only
def subscribe(request: HttpRequest, number: str) -> HttpResponse:
    """Subscribe the telephone's browser at the site POST `slug`. A script gets the subscription as a browser would."""
    slug = request.POST.get("slug", "")
    if not NUMBER.fullmatch(number) or not Tenant.objects.filter(slug=slug).exists():
        raise Http404
    made = pushes.subscribe(number, slug)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse(made, status=201)
    return redirect("sandbox:phone", number)


@require_POST
@sandbox_only
def unsubscribe(request: HttpRequest, number: str, browser_id: UUID) -> HttpResponse:
    """Take the permission back: pushes for this subscription get 410 from now on."""
    pushes.remove(get_object_or_404(Browser, pk=browser_id, telephone=number))
    return redirect("sandbox:phone", number)


@require_POST
@sandbox_only
def dismiss(request: HttpRequest, number: str) -> HttpResponse:
    """Wipe notifications away: the one named by POST `notice`, or all."""
    rows = PushNotice.objects.filter(browser__telephone=number, dismissed_at=None)
    if one := request.POST.get("notice"):
        rows = rows.filter(pk=one)
    rows.update(dismissed_at=timezone.now())
    return redirect("sandbox:phone", number)


def is_part(request: HttpRequest) -> bool:
    """Whether htmx asks for what changes on a page, and not for all of it."""
    return request.headers.get("HX-Request") == "true"


def faults_on() -> list[str]:
    """The faults of messages that are switched on."""
    row = switches()
    return [
        name.removeprefix("messages_").removesuffix("_seconds").replace("_", " ")
        for name in MESSAGE_FAULTS
        if getattr(row, name)
    ]


def _shown(request: HttpRequest, telephone: Telephone, screen: str, context: dict[str, object]) -> HttpResponse:
    whole = {**context, "telephone": telephone, "screen": f"sandbox/_phone_{screen}.html"}
    if is_part(request):
        if request.GET.get("seen") == context["marker"]:
            return HttpResponse(status=204)
        return render(request, "sandbox/_phone_screen.html", whole)
    names = _names()
    subscriptions = [
        (each, names.get(each.slug, each.slug), json.dumps(pushes.as_json(each), indent=2))
        for each in screens.browsers(telephone)
    ]
    sites = [(site, twilio_of(site.slug).sid) for site in Tenant.objects.order_by("name")[:MOST_SITES]]
    beside = {"fates": Fate.choices, "browsers": subscriptions, "sites": sites, "faults": faults_on()}
    return render(request, "sandbox/phone.html", {**whole, **beside})


def _telephone(number: str) -> Telephone:
    """The one with this number; one that got nothing so far is not written down."""
    if not NUMBER.fullmatch(number):
        raise Http404
    return Telephone.objects.filter(pk=number).first() or Telephone(number=number)


def _kept(number: str) -> Telephone:
    if not NUMBER.fullmatch(number):
        raise Http404
    return Telephone.objects.get_or_create(number=number)[0]


def _account(way: str, account_id: str) -> ServiceAccount:
    found = account(TWILIO, account_id) if way in WAYS else None
    if found is None:
        raise Http404
    return found


def _names() -> dict[str, str]:
    return dict(Tenant.objects.values_list("slug", "name"))


def _back(request: HttpRequest, number: str) -> str:
    """The page of this telephone that the form was on."""
    home = f"/sandbox/phone/{number}/"
    asked = request.POST.get("back", "")
    return asked if asked.startswith(home) and ".." not in asked and "//" not in asked else home


def _marker(*shown: object) -> str:
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def _minute() -> str:
    return timezone.now().strftime("%H:%M")
