"""Calendars that are subscribed to: of the student, of trainers, of a room and of the centre; one was renewed."""

from datetime import timedelta

from tenant_apps.demo.stage import Stage
from tenant_apps.feeds.models import Feed, Kind
from tenant_apps.people.models import Person, Trainer
from tenant_apps.scheduling.models import Room

MOST_TRAINERS = 2


def give_feeds(stage: Stage) -> None:
    """Some that programs read every hour, one that none has read, and one that was ended for a new link."""
    _give(stage, Kind.PERSON, stage.student, made=40, read=3)
    trainers = [one for one in stage.trainers.values() if one.active][:MOST_TRAINERS]
    for number, trainer in enumerate(trainers):
        _give(stage, Kind.TRAINER, trainer, made=90 - number, read=0.5 if number == 0 else None)
    for room in list(stage.rooms.values())[:1]:
        _give(stage, Kind.ROOM, room, made=60, read=0.2)
    _give(stage, Kind.CENTRE, None, made=120, read=24 * 20, ended=20)
    _give(stage, Kind.CENTRE, None, made=20, read=1)


def _give(
    stage: Stage, kind: Kind, owner: Person | Trainer | Room | None, *, made: float, read: float | None,
    ended: float | None = None,
) -> None:  # fmt: skip
    """`made` and `ended` days ago, `read` last hours ago."""
    at = stage.days_ago(made)
    stage.add(Feed(
        id=stage.dice.key(at), kind=kind, made_by=stage.office, revoked_at=stage.days_ago(ended) if ended else None,
        read_at=stage.now - timedelta(hours=read) if read else None, **({kind.value: owner} if owner else {}),
    ))  # fmt: skip
