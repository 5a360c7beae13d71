"""Making the link of a calendar, ending it, and what it says when it is read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from django.db import transaction
from django.db.models import QuerySet

from shared_apps.accounts.models import User
from shared_apps.core.db import lock_word
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from shared_apps.timers.retention import forget
from tenant_apps.feeds.contents import entries, name_of
from tenant_apps.feeds.errors import DoesNotTeach
from tenant_apps.feeds.events import FeedMade, FeedRevoked
from tenant_apps.feeds.links import key_of
from tenant_apps.feeds.models import Feed, Kind
from tenant_apps.people.identity import record_for
from tenant_apps.people.models import Person, Trainer
from tenant_apps.scheduling.ical import Entry, Method, calendar_text
from tenant_apps.scheduling.models import Room

NOTED_EVERY = timedelta(hours=1)  # that it was read: programs ask far more often


@transaction.atomic
def make_own_feed(user: User) -> Feed:
    """A link to the calendar of what `user` booked or has a seat in; the former one opens nothing any more."""
    return _make(Kind.PERSON, record_for(user), by=user)


@transaction.atomic
def make_trainer_feed(trainer: Trainer, *, by: User | None) -> Feed:
    """A link to the calendar of what `trainer` teaches, instead of the former one. Raises `DoesNotTeach`."""
    trainer = Trainer.objects.select_for_update(of=("self",), no_key=True).select_related("person").get(pk=trainer.pk)
    if not trainer.active:
        raise DoesNotTeach
    return _make(Kind.TRAINER, trainer, by=by)


@transaction.atomic
def make_room_feed(room: Room, *, by: User | None) -> Feed:
    """A link to the calendar of a room, instead of the former one."""
    return _make(Kind.ROOM, room, by=by)


@transaction.atomic
def make_centre_feed(*, by: User | None) -> Feed:
    """A link to the calendar of all sessions, instead of the former one."""
    return _make(Kind.CENTRE, None, by=by)


def _make(kind: Kind, owner: Person | Trainer | Room | None, *, by: User | None) -> Feed:
    lock_word(f"calendar of {kind} {owner.pk if owner else ''}")  # two presses of one button come one after the other
    whose = {kind.value: owner} if owner else {}
    ended = Feed.objects.standing().filter(kind=kind, **whose).update(revoked_at=now())
    feed = Feed.objects.create(kind=kind, made_by=by, **whose)
    emit(FeedMade(feed_id=feed.pk, kind=kind, instead=bool(ended)), by=by, subject=feed)
    return feed


@transaction.atomic
def revoke_feed(feed: Feed, *, by: User | None) -> bool:
    """The link opens nothing any more; whether it did until now."""
    ended = Feed.objects.standing().filter(pk=feed.pk).update(revoked_at=now())
    if ended:
        emit(FeedRevoked(feed_id=feed.pk, kind=feed.kind), by=by, subject=feed)
    return bool(ended)


@dataclass(frozen=True)
class Reading:
    """What a feed says now: told apart by its `digest`, and as it is since `changed_at`."""

    feed: Feed
    entries: list[Entry]
    name: str
    digest: str
    changed_at: datetime

    def text(self) -> str:
        """The file. It is dear to make, so not for whoever has it already."""
        return calendar_text(self.entries, method=Method.PUBLISH, stamp=self.changed_at, name=self.name)


def read_feed(token: str) -> Reading | None:
    """What the calendar of this link says now, and note that it was read; None where the link opens nothing."""
    key = key_of(token)
    related = ("person__user", "trainer__person", "room__place")
    feed = Feed.objects.served().select_related(*related).filter(pk=key).first() if key else None
    if feed is None:
        return None
    found, name = entries(feed), name_of(feed)
    digest = blake2b(repr((name, found)).encode(), digest_size=16).hexdigest()
    is_new = digest != feed.digest
    if is_new or feed.read_at is None or feed.read_at < now() - NOTED_EVERY:
        feed.changed_at = now().replace(microsecond=0) if is_new or feed.changed_at is None else feed.changed_at
        Feed.objects.filter(pk=feed.pk).update(digest=digest, changed_at=feed.changed_at, read_at=now())
    assert feed.changed_at is not None
    return Reading(feed, found, name, digest, feed.changed_at)


@forget("calendar links that ended")
def _ended(before: datetime) -> QuerySet[Feed]:
    return Feed.objects.filter(revoked_at__lt=before)
