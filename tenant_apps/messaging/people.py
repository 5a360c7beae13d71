"""What becomes of notices when two records of a person turn out to be one, and of the chats of a person."""

from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe

from allauth.account.signals import password_changed, password_reset, password_set
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from shared_apps.accounts.models import User
from shared_apps.accounts.services import access_ended
from shared_apps.core.db import connection
from shared_apps.core.time import now
from tenant_apps.messaging.models import ChatLink, Message, Notice, PushSubscription
from tenant_apps.messaging.models.accounts import session_digest
from tenant_apps.messaging.ways import CHAT, DEVICE, end_chat, note_ended
from tenant_apps.people.joining import Moved, people_joined
from tenant_apps.people.models import ContactKind, ContactPoint, Person
from tenant_apps.people.services import record_that_stands

LINK_LASTS = timedelta(hours=1)


@people_joined.add
def move_notices(*, kept: Person, absorbed: Person, moved: Moved, **_more: object) -> None:
    """What `absorbed` was told, `kept` was told, and `kept` goes on to be told in their chats."""
    moved.move(Notice.objects.filter(person=absorbed), "person", to=kept)
    moved.move(Message.objects.filter(person=absorbed), "person", to=kept)
    chats = ContactPoint.objects.filter(person=absorbed, kind=ContactKind.TELEGRAM)
    moved.move(chats.exclude(value__in=kept.contact_points.values("value")), "person", to=kept)


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
    person = record_that_stands(link.person)
    link.delete()
    if person.user is not None and not person.user.is_active:
        return None
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
    ended, _rows = ContactPoint.objects.filter(person=person, kind=ContactKind.TELEGRAM).delete()
    if ended and person.user is not None:
        note_ended(person.user, CHAT)


def leave_chat(chat_id: int) -> None:
    """Whoever wrote in this chat wants nothing there any more."""
    end_chat(str(chat_id))


def return_to_chat(chat_id: int) -> int:
    """They pressed Start once more in a chat that we know; for how many persons it is known."""
    return ContactPoint.objects.filter(kind=ContactKind.TELEGRAM, value=str(chat_id)).update(opted_out=False)


@access_ended.add
def end_ways(*, user: User, for_good: bool) -> None:
    """Somebody's sign-ins were ended: what browsers show of their notices ends; with the account, chats do, too."""
    PushSubscription.objects.filter(user=user).delete()
    if for_good:
        ContactPoint.objects.filter(person__user=user, kind=ContactKind.TELEGRAM).delete()
        ChatLink.objects.filter(person__user=user).delete()


@receiver([password_changed, password_set, password_reset])
def end_devices(user: User, **_more: object) -> None:
    """Whoever has a new password may have it because of somebody with the old one."""
    if PushSubscription.objects.filter(user=user).delete()[0]:
        note_ended(user, DEVICE)


@receiver(user_logged_out)
def end_device(request: HttpRequest, **_more: object) -> None:
    """A browser in which somebody signed out shows no more of what they are told."""
    key = getattr(request.session, "session_key", None)
    if key and connection.schema_name != "public":
        rows = PushSubscription.objects.filter(session=session_digest(key))
        for user in User.objects.filter(pk__in=list(rows.values_list("user", flat=True))):
            note_ended(user, DEVICE)
        rows.delete()


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
