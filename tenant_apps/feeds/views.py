"""Calendars to subscribe to: read by programs that have the link, and one's own in the student area."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow
from shared_apps.tenants.context import current_tenant
from shared_apps.web.networks import at_most
from tenant_apps.checkout.road import private_page
from tenant_apps.feeds.links import ways_of
from tenant_apps.feeds.models import Feed, Kind
from tenant_apps.feeds.selectors import own_feed
from tenant_apps.feeds.services import make_own_feed, read_feed, revoke_feed

READ_A_MINUTE = 120  # by one network: Google reads all of its users' calendars from a few


@require_safe
@allow("public")
@private_page
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar as a file, or that it is as it was; 404 for a link that opens nothing, whyever."""
    at_most(READ_A_MINUTE, "calendar-feed", request)
    found = read_feed(token)
    if found is None:
        raise Http404
    etag, changed = f'"{found.digest}"', int(found.changed_at.timestamp())
    same = get_conditional_response(request, etag, changed)
    response = same or HttpResponse(found.text(), content_type="text/calendar; charset=utf-8")
    if same is None:
        response["Content-Disposition"] = f'attachment; filename="{current_tenant().slug}.ics"'
    response["ETag"], response["Last-Modified"] = etag, http_date(changed)
    return response


@require_safe
@allow("account.use")
@private_page
def my_calendar(request: HttpRequest) -> HttpResponse:
    """The link to one's own calendar and how to use it, or how to get one."""
    feed = _own(request)
    context = {"feed": feed, "ways": ways_of(feed) if feed else None, "nav": "my_bookings"}
    return render(request, "feeds/mine.html", context)


@require_POST
@allow("account.use")
@private_page
def my_calendar_new(request: HttpRequest) -> HttpResponse:
    """A new link; the former one opens nothing any more."""
    user = signed_in(request)
    assert user is not None
    make_own_feed(user)
    messages.success(request, _("Your calendar has a new link."))
    return redirect("my_calendar")


@require_POST
@allow("account.use")
@private_page
def my_calendar_off(request: HttpRequest) -> HttpResponse:
    """The link opens nothing any more."""
    feed = _own(request)
    if feed and revoke_feed(feed, by=signed_in(request)):
        messages.success(request, _("Your calendar is switched off. The link opens nothing any more."))
    return redirect("my_calendar")


def _own(request: HttpRequest) -> Feed | None:
    user = signed_in(request)
    return own_feed(user, Kind.PERSON) if user else None
