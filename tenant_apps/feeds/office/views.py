"""Calendars to subscribe to: those that the office gives out, and a trainer's own."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow
from shared_apps.tenants.context import current_tenant
from tenant_apps.feeds.links import ways_of
from tenant_apps.feeds.models import OF_THE_OFFICE, Feed, Kind
from tenant_apps.feeds.selectors import office_feeds, own_feed, trainer_of
from tenant_apps.feeds.services import make_centre_feed, make_room_feed, make_trainer_feed, revoke_feed
from tenant_apps.people.models import Trainer
from tenant_apps.scheduling.models import Room


@require_GET
@allow("sessions.manage")
def feeds(request: HttpRequest) -> HttpResponse:
    """The calendars of the centre, of each room and each trainer: their links, and when each was read last."""
    context = {"nav": "calendar", "own": office_feeds(current_tenant().name)}
    return render(request, "feeds/office/feeds.html", context)


@require_POST
@allow("sessions.manage")
def feed_new_centre(request: HttpRequest) -> HttpResponse:
    """A new link to all sessions, instead of the former one."""
    return _made(request, make_centre_feed(by=signed_in(request)))


@require_POST
@allow("sessions.manage")
def feed_new_room(request: HttpRequest, room: UUID) -> HttpResponse:
    """A new link to the sessions in a room, instead of the former one."""
    return _made(request, make_room_feed(get_object_or_404(Room, pk=room), by=signed_in(request)))


@require_POST
@allow("sessions.manage")
def feed_new_trainer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A new link to what a trainer teaches, instead of the former one, which they may have made themselves."""
    trainer = get_object_or_404(Trainer.objects.visible_to(request.user), pk=pk)
    return _made(request, make_trainer_feed(trainer, by=signed_in(request)))


@require_POST
@allow("sessions.manage")
def feed_off(request: HttpRequest, feed: UUID) -> HttpResponse:
    """A link opens nothing any more."""
    rows = Feed.objects.visible_to(request.user).filter(kind__in=OF_THE_OFFICE)
    _revoke(request, get_object_or_404(rows, pk=feed))
    return redirect("office:feeds")


@require_GET
@allow("sessions.run")
def my_feed(request: HttpRequest) -> HttpResponse:
    """The link to what one teaches oneself and how to use it, or how to get one; 404 for who teaches nothing."""
    feed = _own(request)
    context = {"nav": "calendar", "feed": feed, "ways": ways_of(feed) if feed else None}
    return render(request, "feeds/office/mine.html", context)


@require_POST
@allow("sessions.run")
def my_feed_new(request: HttpRequest) -> HttpResponse:
    """A new link; the former one opens nothing any more."""
    make_trainer_feed(_trainer(request), by=signed_in(request))
    messages.success(request, _("Your calendar has a new link."))
    return redirect("office:my_feed")


@require_POST
@allow("sessions.run")
def my_feed_off(request: HttpRequest) -> HttpResponse:
    """The link opens nothing any more."""
    if feed := _own(request):
        _revoke(request, feed)
    return redirect("office:my_feed")


def _trainer(request: HttpRequest) -> Trainer:
    user = signed_in(request)
    trainer = trainer_of(user) if user else None
    if trainer is None:
        raise Http404
    return trainer


def _own(request: HttpRequest) -> Feed | None:
    user = _trainer(request).person.user
    return own_feed(user, Kind.TRAINER) if user else None


def _made(request: HttpRequest, feed: Feed) -> HttpResponse:
    messages.success(request, _("There is a new link. A former one opens nothing any more."))
    return redirect("office:feeds")


def _revoke(request: HttpRequest, feed: Feed) -> None:
    if revoke_feed(feed, by=signed_in(request)):
        messages.success(request, _("Switched off. The link opens nothing any more."))
