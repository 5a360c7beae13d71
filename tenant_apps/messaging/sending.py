"""Sending what is queued, and what becomes of it: sent, delivered, failed, or carried another way."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from celery import shared_task
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from shared_apps.accounts.models import User
from shared_apps.core.errors import DomainError
from shared_apps.core.states import move
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from shared_apps.timers.due import DueRows
from shared_apps.timers.retention import forget
from shared_apps.timers.soon import work_on_commit
from tenant_apps.messaging.accounts import note_disconnected
from tenant_apps.messaging.channels import Channel, all_channels, channel_named
from tenant_apps.messaging.channels.errors import ChannelAway, ChannelDisconnected, ChannelRefused
from tenant_apps.messaging.events import MessageTriedAgain
from tenant_apps.messaging.kinds import Audience, kind_or_none
from tenant_apps.messaging.models import UNDER_WAY, WENT, Message, MessageStatus, Notice
from tenant_apps.messaging.models.notices import OFFICE_PERMISSION
from tenant_apps.messaging.services import carry_instead, other_ways, rings_at

log = structlog.get_logger()
MOST_ATTEMPTS = 10
MOST_WHEN_UNSURE = 2  # tries of what costs, where the answer was lost and it may have gone
UNSURE_WAITS = 600  # seconds
SUMMARY = "messaging/digest"
KEPT_REFERENCES = 2  # of 34 letters each, in 100


class TextGone(DomainError):
    """Somebody wants a summary sent again, of which no text is kept."""

    code = "text_gone"
    message = _l("A summary is not sent twice: what it named is in the inbox, under Notifications.")


@shared_task(name="messaging.send_message")
def send_message(message_id: str) -> None:
    """Send the queued message with this key, as the former release asked for each."""
    send(UUID(message_id))


def send(pk: UUID) -> bool:
    """Send one queued message, unless somebody else is at it. False when its service is away.

    The row stays locked while the service is asked, so that two workers never send it twice.
    """
    with transaction.atomic():
        message = Message.objects.select_for_update(skip_locked=True).filter(pk=pk, status=MessageStatus.QUEUED).first()
        if message is None:
            return True
        channel = channel_named(message.channel)
        if not is_still_theirs(message):
            _give_up(message, _("Not sent: this person is not to be told of it any more."))
            return True
        try:
            with transaction.atomic():  # a query that fails must not keep us from counting it
                sent = channel.send(message)
        except ChannelRefused as error:
            if error.gone:
                channel.gone(message.to)
            fail(message, error.text)
            return True
        except ChannelDisconnected as error:
            note_disconnected(channel.needs, str(error))
            fail(message, str(error))
            return True
        except Exception as error:
            _try_later(message, error)
            return False
        to, at = (MessageStatus.DELIVERED, now()) if sent.delivered else (MessageStatus.SENT, None)
        move(message, "status", to, by=None, sent_at=now(), delivered_at=at, reference=sent.reference, error="")
        _blank_summary(message)
        return True


def is_still_theirs(message: Message) -> bool:
    """Whether whom `message` is for may still have it: who left the office, or closed their account, may not."""
    notice = message.notice
    if notice is None or notice.user is None:
        return True
    kind = kind_or_none(notice.kind)
    if kind is not None and kind.audience == Audience.OFFICE:
        return notice.user.can(OFFICE_PERMISSION)
    return notice.user.is_active or message.is_email


def _try_later(message: Message, error: Exception) -> None:
    log.warning("message not sent", message=str(message.pk), channel=message.channel, error=str(error))
    channel = channel_named(message.channel)
    wait = min(3600, 20 * 2**message.attempts)
    unsure = isinstance(error, ChannelAway) and error.unsure and channel.costs
    if isinstance(error, ChannelAway) and error.retry_after:
        wait = max(wait, min(error.retry_after, 3600))
    if unsure:  # it may have gone: time for the service to say so, and one more try
        wait = max(wait, UNSURE_WAITS)
    at = now() + timedelta(seconds=wait)
    if channel.noisy and message.notice is not None:
        at = rings_at(message.notice, at)
    message.attempts += 1
    Message.objects.filter(pk=message.pk).update(attempts=F("attempts") + 1, next_try_at=at, error=str(error)[:500])
    if message.attempts >= (MOST_WHEN_UNSURE if unsure else MOST_ATTEMPTS):
        fail(message, str(error))


def fail(message: Message, error: str) -> None:
    """`message` will not arrive. Another channel carries its notice, if nothing else did; part of a transaction."""
    if message.notice_id is not None:  # two that fail at once must see of each other
        Notice.objects.select_for_update(of=("self",)).filter(pk=message.notice_id).first()
    _give_up(message, error)
    notice = message.notice
    if notice is None or notice.messages.filter(status__in=UNDER_WAY).exists():
        return
    used = set(notice.messages.values_list("channel", flat=True))
    for channel, address in other_ways(notice, used=used):
        if carry_instead(notice, channel, address):
            return


def _give_up(message: Message, error: str) -> None:
    move(message, "status", MessageStatus.FAILED, by=None, error=str(error)[:500], sent_at=None)
    _blank_summary(message)


def _blank_summary(message: Message) -> None:
    """Keep no text of a summary whose fate is known: it names whoever its notices are about, and they are forgotten."""
    if message.kind == SUMMARY:
        Message.objects.filter(pk=message.pk).update(text="", html="")


def taken(message: Message, reference: str) -> None:
    """The service says that it has `message`, whose answer was lost; part of a transaction."""
    if message.status == MessageStatus.QUEUED:
        move(message, "status", MessageStatus.SENT, by=None, sent_at=now(), reference=reference, error="")


def delivered(message: Message) -> None:
    """The service says that `message` arrived; said twice, it changes nothing. Part of a transaction."""
    if message.status in (MessageStatus.QUEUED, MessageStatus.SENT):
        move(
            message, "status", MessageStatus.DELIVERED, by=None, delivered_at=now(), sent_at=message.sent_at or now(),
            error="",
        )  # fmt: skip


@transaction.atomic
def try_again(message: Message, *, by: User | None) -> None:
    """Put a message that failed or was withheld back into the queue. Raises `IllegalMove` for any other.

    Raises `TextGone` for a summary, whose text is not kept.
    """
    if message.kind == SUMMARY:
        raise TextGone
    move(
        message, "status", MessageStatus.QUEUED, by=by, attempts=0, next_try_at=now(), error="", reference="",
        former_reference=_references(message), turn=message.turn + 1,
    )  # fmt: skip
    emit(MessageTriedAgain(message_id=message.pk), by=by, subject=message)
    work_on_commit()


def _references(message: Message) -> str:
    """What the service called the last tries of `message`, as many as there is room for."""
    return " ".join([*message.former_reference.split(), *message.reference.split()][-KEPT_REFERENCES:])


def _queued(channel: str) -> "QuerySet[Message, UUID]":
    return Message.objects.filter(status=MessageStatus.QUEUED, channel=channel).values_list("pk", flat=True)


def _work_of(channel: Channel) -> DueRows[UUID]:
    """What is queued and due by `channel`, until its service is away: one that hangs must not hold up the rest."""
    name = "messaging.send" if channel.name == "email" else f"messaging.send_{channel.name}"
    return DueRows(
        name, partial(_queued, channel.name), "next_try_at", send,
        stop_when_refused=True, minds_trouble=False, prompt=True,
    )  # fmt: skip


_works = {channel.name: _work_of(channel) for channel in all_channels()}
send_due = _works["email"]


def send_all_due() -> int:
    """Send what is due by every channel; how many went."""
    return sum(work() for work in _works.values())


@forget("texts of emails that were sent", text="", html="", attachments=[])
def old_texts(before: datetime) -> QuerySet[Message]:
    """That it was sent stays, and to whom: it keeps the same thing from being told twice."""
    return Message.objects.filter(status__in=WENT, sent_at__lt=before).exclude(text="", html="")
