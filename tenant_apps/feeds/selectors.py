"""The calendars that the office gives out, and those of one's own."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from shared_apps.accounts.models import User
from tenant_apps.feeds.links import Ways, ways_of
from tenant_apps.feeds.models import OF_THE_OFFICE, Feed, FeedQuerySet, Kind
from tenant_apps.people.models import Trainer
from tenant_apps.scheduling.models import Room


@dataclass(frozen=True)
class Line:
    """One trainer or room, or the centre: its calendar where it has one, and where a new link is asked for."""

    name: str
    hint: str
    new_url: str
    feed: Feed | None
    ways: Ways | None


@dataclass(frozen=True)
class OfficeFeeds:
    """The calendars that the office gives out."""

    centre: Line
    rooms: list[Line]
    trainers: list[Line]


def office_feeds(name: str) -> OfficeFeeds:
    """The centre, which is called `name`, all rooms and all who teach, each with its calendar or without one."""
    rows = Feed.objects.served().filter(kind__in=OF_THE_OFFICE)
    feeds = {feed.owner_id: feed for feed in rows.select_related("trainer__person", "room__place")}
    rooms = Room.objects.select_related("place").order_by("place__name", "name")
    trainers = Trainer.objects.active().filter(active=True).select_related("person").order_by("person__name")
    return OfficeFeeds(
        centre=_line(feeds, None, name, "", reverse("office:feed_new_centre")),
        rooms=[
            _line(feeds, room.pk, room.name, room.place.name, reverse("office:feed_new_room", args=[room.pk]))
            for room in rooms
        ],
        trainers=[
            _line(feeds, one.pk, str(one), one.headline, reverse("office:feed_new_trainer", args=[one.pk]))
            for one in trainers
        ],
    )


def _line(feeds: dict[UUID | None, Feed], key: UUID | None, name: str, hint: str, new_url: str) -> Line:
    feed = feeds.get(key)
    return Line(name, hint, new_url, feed, ways_of(feed) if feed else None)


def trainer_of(user: User) -> Trainer | None:
    """Whoever `user` is among those who teach."""
    return Trainer.objects.teaching().filter(person__user=user).select_related("person__user").first()


def own_feeds(user: User) -> FeedQuerySet:
    """The calendars of what `user` booked, and of what they teach."""
    mine = Q(kind=Kind.PERSON, person__user=user) | Q(kind=Kind.TRAINER, trainer__person__user=user)
    return Feed.objects.served().filter(mine).select_related("person", "trainer__person")


def own_feed(user: User, kind: Kind) -> Feed | None:
    """The one of `kind`, where there is one."""
    return own_feeds(user).filter(kind=kind).first()
