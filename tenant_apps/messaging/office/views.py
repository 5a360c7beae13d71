"""What people were told, and whether it reached them."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow
from shared_apps.core.states import why_not
from shared_apps.web.filtering import known_filters
from shared_apps.web.office import back_to, page_of, remember_list
from tenant_apps.messaging.models import Message, MessageStatus
from tenant_apps.messaging.office.selectors import STUCK, find_messages, may_be_read
from tenant_apps.messaging.sending import try_again

STATES = {
    "stuck": (gettext_lazy("Did not go out"), STUCK),
    "queued": (gettext_lazy("Waiting"), Q(status=MessageStatus.QUEUED)),
    "sent": (gettext_lazy("Sent"), Q(status=MessageStatus.SENT)),
}


@require_GET
@allow("bookings.manage")
@known_filters(status=STATES)
def messages_sent(request: HttpRequest) -> HttpResponse:
    """All emails, newest first."""
    remember_list(request, "messages")
    q, status = request.GET.get("q", "").strip(), request.GET.get("status", "")
    rows = find_messages(q)
    if status in STATES:
        rows = rows.filter(STATES[status][1])
    counts = Message.objects.aggregate(**{name: Count("pk", filter=where) for name, (_title, where) in STATES.items()})
    context = {
        "nav": "messages", "page": page_of(request, rows), "q": q, "status": status, "filtered": bool(q or status),
        "states": [(name, title, counts[name]) for name, (title, _where) in STATES.items()],
    }  # fmt: skip
    return render(request, "messaging/messages.html", context)


@require_GET
@allow("bookings.manage")
def message(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One email as it was written."""
    found = get_object_or_404(Message, pk=pk)
    context = {
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
