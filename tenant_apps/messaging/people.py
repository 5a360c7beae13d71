"""What becomes of notices when two records of a person turn out to be one, and of the chats of a person."""

from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe

from django.db import transaction

from shared_apps.core.time import now
from tenant_apps.messaging.models import ChatLink, Notice
from tenant_apps.people.joining import Moved, people_joined
from tenant_apps.people.models import ContactKind, ContactPoint, Person

LINK_LASTS = timedelta(hours=1)


@people_joined.add
def move_notices(*, kept: Person, absorbed: Person, moved: Moved, **_more: object) -> None:
    """What `absorbed` was told, `kept` was told."""
    moved.move(Notice.objects.filter(person=absorbed), "person", to=kept)


def begin_chat(person: Person) -> str:
    """What somebody's link to our bot carries, so that we know the chat as `person`'s. For an hour, and once."""
    token = token_urlsafe(32)
    ChatLink.objects.create(token=_digest(token), person=person, ends_at=now() + LINK_LASTS)
    return token


@transaction.atomic
def link_chat(token: str, *, chat_id: int) -> Person | None:
    """Somebody pressed Start with `token`: the chat is that person's from now on. None for a link of no use."""
    link = ChatLink.objects.select_for_update().filter(token=_digest(token), ends_at__gt=now()).first()
    if link is None:
        return None
    person = link.person
    link.delete()
    ContactPoint.objects.update_or_create(
        person=person, kind=ContactKind.TELEGRAM, value=str(chat_id),
        defaults={"verified_at": now(), "opted_out": False},
    )  # fmt: skip
    return person


def chats_of(person: Person) -> list[ContactPoint]:
    """The chats in which we write to `person`."""
    return list(ContactPoint.objects.filter(person=person, kind=ContactKind.TELEGRAM, opted_out=False))


def end_chats(person: Person) -> None:
    """Write to none of them any more."""
    ContactPoint.objects.filter(person=person, kind=ContactKind.TELEGRAM).delete()


def leave_chat(chat_id: int) -> None:
    """Whoever wrote in this chat wants nothing there any more."""
    ContactPoint.objects.filter(kind=ContactKind.TELEGRAM, value=str(chat_id)).update(opted_out=True)


def return_to_chat(chat_id: int) -> None:
    """They let the bot write to them again."""
    ContactPoint.objects.filter(kind=ContactKind.TELEGRAM, value=str(chat_id)).update(opted_out=False)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
