"""The settings of messages: with what they are sent, by which ways each kind goes, and in which words."""

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.errors import DomainError
from shared_apps.core.permissions import allow
from shared_apps.web.office import form_page, refusals_on
from tenant_apps.branding.registry import sections
from tenant_apps.messaging.accounts import TELEGRAM, TWILIO, connect_telegram, connect_twilio, remove_account
from tenant_apps.messaging.channels import all_channels
from tenant_apps.messaging.channels.errors import ChannelError
from tenant_apps.messaging.channels.push import client as push
from tenant_apps.messaging.kinds import EMAIL, Audience, Kind, kind_of, known_kinds
from tenant_apps.messaging.models import ChannelAccount, MessagingSettings, Wording
from tenant_apps.messaging.office.forms import TelegramForm, TwilioForm, UsualQuietHoursForm, WordingForm
from tenant_apps.messaging.own_words import (
    change_messaging,
    change_wording,
    lines_with_gaps,
    preview,
    send_test,
    take_ours,
)
from tenant_apps.messaging.routing import offered
from tenant_apps.messaging.usable import usable_channels
from tenant_apps.messaging.wording import SHORT

AUDIENCES = {
    Audience.BUYER: _lazy("To those who book"), Audience.ATTENDEE: _lazy("To attendees"),
    Audience.OFFICE: _lazy("To your office"), Audience.EVERYBODY: _lazy("To everybody"),
}  # fmt: skip
PREVIEW_SECONDS = 600


@require_http_methods(["GET", "POST"])
@allow("settings.manage")
def settings_messages(request: HttpRequest) -> HttpResponse:
    """By which channels each kind of message goes, and when telephones stay silent."""
    row, usable = MessagingSettings.objects.load(), usable_channels()
    channels = [channel for channel in all_channels() if channel.name in usable]
    initial = {"quiet_from": row.quiet_from, "quiet_until": row.quiet_until}
    form = UsualQuietHoursForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        change_messaging(channels=_chosen(request, row, usable), quiet=form.pair, by=signed_in(request))
        messages.success(request, _("Saved."))
        return redirect("office:settings_messages")
    own = set(Wording.objects.values_list("kind", flat=True))
    groups = [
        (title, [
            {"kind": kind, "own": kind.name in own,
             "choices": [(channel, channel.name in offered(kind, row, may=usable),
                          channel.name == EMAIL and kind.essential) for channel in channels]}
            for kind in known_kinds() if kind.audience == audience
        ])
        for audience, title in AUDIENCES.items()
    ]  # fmt: skip
    context = {
        "nav": "settings", "sections": sections(), "form": form, "channels": channels,
        "groups": [(title, rows) for title, rows in groups if rows],
    }  # fmt: skip
    return form_page(request, "messaging/settings_messages.html", context)


def _chosen(request: HttpRequest, row: MessagingSettings, usable: list[str]) -> dict[str, list[str]]:
    """What is ticked for each kind. Channels that can't be used now keep what was chosen for them."""
    chosen: dict[str, list[str]] = {}
    for kind in known_kinds():
        before = row.channels.get(kind.name, kind.channels)
        kept = [name for name in before if name not in usable]
        chosen[kind.name] = kept + [name for name in usable if f"{kind.name}:{name}" in request.POST]
        if kind.essential and EMAIL not in chosen[kind.name]:
            chosen[kind.name].append(EMAIL)
    return chosen


@require_http_methods(["GET", "POST"])
@allow("settings.manage")
def settings_wording(request: HttpRequest, app: str, name: str, channel: str) -> HttpResponse:
    """The provider's own words for one kind, by email or in short: what they look like, and a test."""
    kind = _kind(app, name)
    if channel not in (EMAIL, SHORT):
        raise Http404
    own = Wording.objects.filter(kind=kind.name, channel=channel).first()
    starter = {"subject": _subject(kind), "body": _body(kind, channel)}
    initial: dict[str, object] = {**starter}
    if own:
        initial = {"subject": own.subject, "body": own.body, "template": own.provider_template}
    form = WordingForm(request.POST or None, initial=initial, is_email=channel == EMAIL)
    shown = None
    if request.method == "POST" and form.is_valid():
        texts = {"subject": form.cleaned_data.get("subject", ""), "body": form.cleaned_data["body"]}
        with refusals_on(form):
            if "preview" in request.POST:
                shown = preview(kind, channel, **texts)
            elif "test" in request.POST:
                user = signed_in(request)
                assert user is not None
                send_test(kind, channel, **texts, to=user)
                shown = preview(kind, channel, **texts)
                messages.success(request, _("The test is on its way to %s.") % user.email)
            else:
                template = form.cleaned_data.get("template", "")
                change_wording(kind, channel, **texts, template=template, by=signed_in(request))
                messages.success(request, _("Saved. The next ones say it so."))
                return redirect("office:settings_wording", app, name, channel)
    elif own:
        shown = _shown(kind, channel, own)
    if shown and channel == EMAIL:
        cache.set(_preview_key(request), shown[2], PREVIEW_SECONDS)
    said = {"subject": own.subject, "body": own.body} if own else {}
    if form.is_bound and form.is_valid():
        said = {"subject": form.cleaned_data.get("subject", ""), "body": form.cleaned_data["body"]}
    context = {
        "nav": "settings", "form": form, "kind": kind, "channel": channel, "own": own, "app": app,
        "name": name, "shown": shown, "is_email": channel == EMAIL,
        "gaps": lines_with_gaps(kind, **said) if shown and said else [],
    }  # fmt: skip
    return render(request, "messaging/settings_wording.html", context, status=422 if form.errors else 200)


@require_safe
@allow("settings.manage")
@xframe_options_sameorigin
def wording_preview(request: HttpRequest) -> HttpResponse:
    """The HTML of the email that one looked at last, for the frame on the page: with its styles, without scripts."""
    response = HttpResponse(cache.get(_preview_key(request), ""))
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'none'; "
        "frame-ancestors 'self'; sandbox"
    )
    return response


def _preview_key(request: HttpRequest) -> str:
    return f"wording-preview:{request.user.pk}"


@require_POST
@allow("settings.manage")
def wording_ours(request: HttpRequest, app: str, name: str, channel: str) -> HttpResponse:
    """Take our words again."""
    if take_ours(_kind(app, name), channel, by=signed_in(request)):
        messages.success(request, _("From now on our own wording is sent."))
    return redirect("office:settings_wording", app, name, channel)


@require_http_methods(["GET", "POST"])
@allow("settings.manage")
def settings_channels(request: HttpRequest) -> HttpResponse:
    """With which accounts text messages, WhatsApp and Telegram go."""
    which = request.POST.get("service", "") if request.method == "POST" else ""
    twilio = TwilioForm(request.POST if which == TWILIO else None, prefix=TWILIO)
    telegram = TelegramForm(request.POST if which == TELEGRAM else None, prefix=TELEGRAM)
    form = {TWILIO: twilio, TELEGRAM: telegram}.get(which)
    if form is not None and form.is_valid():
        connect = connect_twilio if which == TWILIO else connect_telegram
        try:
            with refusals_on(form):
                connect(**form.cleaned_data, by=signed_in(request))
                messages.success(request, _("Connected. Choose now what goes that way."))
                return redirect("office:settings_channels")
        except ChannelError:
            form.add_error(None, _("The service did not answer. Try again in a minute."))
    accounts = {row.service: row for row in ChannelAccount.objects.all()}
    context = {
        "nav": "settings", "sections": sections(), "twilio": twilio, "telegram": telegram,
        "twilio_account": accounts.get(TWILIO), "telegram_account": accounts.get(TELEGRAM),
        "may_push": push.is_set_up(),
    }  # fmt: skip
    return form_page(request, "messaging/settings_channels.html", context)


@require_POST
@allow("settings.manage")
def channel_off(request: HttpRequest, service: str) -> HttpResponse:
    """Send nothing by a service any more."""
    if remove_account(service, by=signed_in(request)):
        messages.success(request, _("Disconnected. What still waited to go that way goes by email."))
    return redirect("office:settings_channels")


def _kind(app: str, name: str) -> Kind:
    try:
        kind = kind_of(f"{app}/{name}")
    except KeyError:
        raise Http404 from None
    if kind not in known_kinds():
        raise Http404
    return kind


def _subject(kind: Kind) -> str:
    """With what a provider begins to write a subject."""
    more = ": {{ course }}, {{ day }}" if {"course", "day"} <= kind.names else ""
    return f"{kind.label}{more}"


def _body(kind: Kind, channel: str) -> str:
    """With what a provider begins to write."""
    if channel == SHORT:
        return str(kind.short)
    hello = "Hello{% if name != '' %} {{ name }}{% endif %}," if "name" in kind.names else "Hello,"
    parts = [
        hello,
        str(kind.short),
        "{{ details }}" if kind.details else "",
        "{{ link }}" if "link" in kind.names else "",
    ]
    return "\n\n".join(part for part in parts if part)


def _shown(kind: Kind, channel: str, own: Wording) -> tuple[str, str, str] | None:
    try:
        return preview(kind, channel, subject=own.subject, body=own.body)
    except DomainError:  # a variable of it is gone since
        return None
