"""Events of the past: rows of the timeline without deliveries, because nobody need hear of them again."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db.models import Model

from shared_apps.accounts.models import User
from shared_apps.events.bus import DomainEvent
from shared_apps.events.models import Event
from tenant_apps.demo.stage import Stage


def say(
    stage: Stage, event: DomainEvent, *, at: datetime, by: User | None = None, subject: Model | None, note: str = ""
) -> None:
    """What `emit` would have written at that moment."""
    assert subject is not None
    payload = {name: str(value) if isinstance(value, UUID) else value for name, value in asdict(event).items()}
    stage.add(
        Event(
            id=stage.dice.key(at), name=event.name, payload=payload, by_id=getattr(by, "pk", None),
            by_name=str(by) if by else "", subject_id=subject.pk, note=note,
        )
    )  # fmt: skip
