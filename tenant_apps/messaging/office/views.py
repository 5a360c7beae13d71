"""What people were told, and whether it reached them."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from shared_apps.accounts.models import User
from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow
from shared_apps.core.states import why_not
from shared_apps.events.timeline import records_by_key
from shared_apps.lists.acts import Act
from shared_apps.lists.columns import Column
from shared_apps.lists.lists import AnyRows, OfficeList
from shared_apps.lists.words import ListPage
from shared_apps.web.filtering import known_filters
from shared_apps.web.office import back_to, remember_list
from tenant_apps.messaging.channels import all_channels
from tenant_apps.messaging.models import WENT, Message, MessageStatus
from tenant_apps.messaging.office.selectors import STUCK, find_messages, may_be_read, waiting_for_summaries
from tenant_apps.messaging.sending import try_again

ABOUT = "booking"  # what nearly all messages are about
MOST_WAITING = 100  # for a summary, that are listed
STATES = {
    "stuck": (gettext_lazy("Did not go out"), STUCK),
    "queued": (gettext_lazy("Waiting"), Q(status=MessageStatus.QUEUED)),
    "sent": (gettext_lazy("Sent"), Q(status__in=WENT)),
}


def _asked(request: HttpRequest) -> AnyRows:
    rows, status = find_messages(request.GET.get("q", "").strip()), request.GET.get("status", "")
    if channel := request.GET.get("channel", ""):
        rows = rows.filter(channel=channel)
    return rows.filter(STATES[status][1]) if status in STATES else rows


def _try_again(key: UUID, by: User | None) -> None:
    try_again(Message.objects.get(pk=key), by=by)


LIST = OfficeList(
    "messages", permission="bookings.manage", usual="", rows=_asked,
    page=ListPage(
        title=gettext_lazy("Messages"), row="messaging/_row.html",
        search=gettext_lazy("Search messages"), finds=gettext_lazy("Name, address or subject"),
        no_match=gettext_lazy("No message matches"), show_all=gettext_lazy("Show all messages"),
        hint=gettext_lazy("What was sent to whom, and when."),
        fields=("channel",),
    ),
    columns=[
        Column("to", gettext_lazy("To"), wide=2),
        Column("subject", gettext_lazy("Subject"), wide=3, fixed=True, phone="main"),
        Column("kind", gettext_lazy("Kind"), off=True, phone="hide"),
        Column("status", gettext_lazy("Status"), phone="top"),
        Column("when", gettext_lazy("When"), num=True),
    ],
    views=[
        ("status=stuck", gettext_lazy("Did not go out")), ("status=queued", gettext_lazy("Waiting")),
        ("status=sent", gettext_lazy("Sent")),
    ],
    acts=[
        Act(
            "messaging.try_again", title=gettext_lazy("Try again"), icon="refresh-cw", permission="bookings.manage",
            do=_try_again, label=lambda key: Message.objects.get(pk=key).to, done=gettext_lazy("On their way again"),
        ),
    ],
)  # fmt: skip


@require_GET
@allow("bookings.manage")
@known_filters(status=STATES, channel=lambda name: name in {one.name for one in all_channels()})
def messages_sent(request: HttpRequest) -> HttpResponse:
    """All messages, newest first."""
    remember_list(request, "messages")
    q, status = request.GET.get("q", "").strip(), request.GET.get("status", "")
    seen = LIST.seen(request, _asked(request))
    about = records_by_key(ABOUT, (row.about_id for row in seen.page if isinstance(row, Message) and row.about_id))
    context = {
        "nav": "messages", "about": about, "list": seen, "page": seen.page,
        "channels": all_channels(), "channel": request.GET.get("channel", ""),
        "summed_up": waiting_for_summaries()[:MOST_WAITING] if status == "queued" and not q else (),
        "filtered": bool(q or status or request.GET.get("channel")), "narrowed": bool(request.GET.get("channel")),
    }  # fmt: skip
    return render(request, "messaging/messages.html", context)


@require_GET
@allow("bookings.manage")
def message(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One message as it was written."""
    found = get_object_or_404(find_messages("").defer(None), pk=pk)
    about = records_by_key(ABOUT, [found.about_id]) if found.about_id else {}
    context = {
        "about": about.get(found.about_id) if found.about_id else None,
        "nav": "messages", "message": found, "readable": may_be_read(found), "back": back_to(request, "messages"),
        "may_go_again": why_not(found, "status", MessageStatus.QUEUED, by=signed_in(request)) is None,
        "withheld": found.status == MessageStatus.WITHHELD,
    }  # fmt: skip
    return render(request, "messaging/message.html", context)


@require_POST
@allow("bookings.manage")
def message_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Try once more to send one that failed."""
    try_again(get_object_or_404(Message, pk=pk), by=signed_in(request))
    messages.success(request, _("It is on its way again."))
    return redirect("office:message", pk)
