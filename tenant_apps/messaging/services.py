"""Telling people. What is told is a notice, written with what happened; workers send the messages that carry it."""

import hashlib
from bisect import bisect
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from django.db import DataError, IntegrityError, transaction
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.mail import tenant_mail
from shared_apps.accounts.models import User
from shared_apps.accounts.roles import ADMIN, OWNER
from shared_apps.core.inserts import insert
from shared_apps.core.time import now, tenant_zone
from shared_apps.tenants.context import current_tenant
from shared_apps.timers.soon import work_on_commit
from tenant_apps.messaging.channels import Channel, Recipient, channel_named
from tenant_apps.messaging.channels.phones import is_domestic
from tenant_apps.messaging.frame import frame
from tenant_apps.messaging.kinds import EMAIL, Context, Kind, kind_of, kind_or_none
from tenant_apps.messaging.limits import ASKED_BY_ANYBODY, KNOWN_ADDRESS, is_too_much, why_not_text
from tenant_apps.messaging.models import (
    Message,
    MessageStatus,
    Notice,
    Priority,
)
from tenant_apps.messaging.models.notices import OFFICE_PERMISSION
from tenant_apps.messaging.routing import digest_time, lost, offered, quiet_hours, wanted
from tenant_apps.messaging.usable import means
from tenant_apps.messaging.ways import CHAT
from tenant_apps.messaging.wording import Said, Wordings, choose, say
from tenant_apps.people.models import Person

log = structlog.get_logger()
LABELS = {
    "password_reset_key": _("Choose a new password"),
    "email_confirmation": _("Confirm my address"),
    "email_confirmation_signup": _("Confirm my address"),
    "account_already_exists": _("Set a new password"),
    "unknown_account": _("Make an account"),
    "invitation": _("Come in"),
}


@dataclass(frozen=True)
class _Plan:
    """How one notice goes: where by which channels, from when telephones may ring, or with which summary."""

    addresses: list[tuple[Channel, str]]
    noisy_at: datetime
    digest_at: datetime | None
    wordings: Wordings
    group: str  # strangers' messages are counted by it; "" where the address is known
    instead: list[tuple[Channel, str]]  # where it goes if all of that is held back


def notify(
    kind: str, *, to: str = "", user: User | None = None, person: Person | None = None, context: Context,
    about: Model | None = None, once: str | None = None, attachments: Sequence[dict[str, str]] = (),
    to_stranger: bool = False, group: str = "", by_visitor: bool = False,
) -> Notice | None:  # fmt: skip
    """Tell somebody something of `kind`, which `kinds` declares and `context` fills; part of the caller's transaction.

    It goes into the inbox of `user`, and out by what the provider offers for the kind, the person wants, and leads
    to them: email at `to`, the telephone of `person`, and so on. Two notices of one `once` key are one notice. Where
    nobody can be reached nothing is written: None. `attachments` go with an email. `to_stranger`: nobody has proven
    that the address belongs to whom we think; too many of those are withheld, see `limits`, counted by `group`,
    mostly the app. `by_visitor`: whoever books set it off, not the office or a timer; too many texts of those to
    people without an account are withheld too.
    """
    known = kind_of(kind)
    if user is not None and not user.is_active:
        user = None  # nobody reads that inbox, and its devices are shut out
    recipient = Recipient(to or (user.email if user else "") or (person.email if person else ""), user, person)
    plan = _plan(known, recipient, group=(group or kind.split("/")[0]) if to_stranger else "")
    if not plan.addresses and (user is None or to_stranger):
        return None
    said = say(known, context, plan.wordings)
    notice = Notice(
        kind=kind, user=user, person=person, about_id=getattr(about, "pk", None), once=once, title=said.subject[:200],
        text=said.short, link=known.values(context).get("link", "")[:1000], priority=known.priority,
        in_inbox=user is not None and not to_stranger, digest_at=plan.digest_at, unproven=to_stranger,
        by_visitor=by_visitor,
    )  # fmt: skip
    return _write(notice, plan, said, attachments)


def _plan(kind: Kind, recipient: Recipient, *, group: str) -> _Plan:
    ours, moment, zone = means(recipient.user, recipient.person), now(), tenant_zone()
    recipient = replace(recipient, chats=ours.chats, devices=ours.devices)
    preferences = ours.preferences
    digest_at = digest_time(kind, preferences, moment=moment, zone=zone)
    quiet = None if kind.priority == Priority.URGENT else quiet_hours(preferences, ours.settings, zone)
    by = wanted(kind, offered(kind, ours.settings, may=ours.channels), preferences)
    if group:
        by = [EMAIL]  # whoever typed somebody's address rings no telephone of theirs
    if digest_at:
        by = [name for name in by if name != EMAIL]  # which waits for the summary
    addresses, instead = reached(recipient, by), []
    # The chats of a bot that is disconnected lead nowhere, as those that ended.
    ended = [CHAT] if ours.chats and CHAT not in ours.channels else []
    needs_email = lost(kind, ours.settings, preferences, ended=ended)
    if not digest_at and (needs_email or any(channel_named(name).costs for name in by)):
        instead = reached(recipient, [name for name in kind.fallback if name == EMAIL and name not in by])
    language = (preferences.language if preferences else "") or current_tenant().locale
    words = choose(kind, ours.wordings, language=language)
    return _Plan(addresses or instead, quiet.over(moment) if quiet else moment, digest_at, words, group, instead)


def reached(recipient: Recipient, channels: Iterable[str]) -> list[tuple[Channel, str]]:
    """Where `recipient` is reached by these `channels`.

    Text messages go to numbers of the provider's country alone, except to those who work here: whoever types a number
    need not be whose it is, and each is paid for.
    """
    found = []
    works_here = recipient.user is not None and recipient.user.can(OFFICE_PERMISSION)
    for channel in (channel_named(name) for name in channels):
        for address in channel.addresses(recipient):
            if channel.costs and not works_here and not is_domestic(address):
                log.warning("not sent: the number is abroad", channel=channel.name)
                continue
            found.append((channel, address))
    return found


def rings_at(notice: Notice, moment: datetime) -> datetime:
    """When a telephone may ring for `notice`: at `moment`, or when quiet hours are over."""
    if notice.priority == Priority.URGENT:
        return moment
    ours = means(notice.user)
    quiet = quiet_hours(ours.preferences, ours.settings, tenant_zone())
    return quiet.over(moment) if quiet else moment


def other_ways(notice: Notice, *, used: Collection[str]) -> list[tuple[Channel, str]]:
    """By which ways `notice` may be carried where those that it was sent by have failed, the best one first."""
    kind = kind_or_none(notice.kind)
    if kind is None or notice.unproven:
        return []
    ours = means(notice.user)
    may = {EMAIL, *wanted(kind, offered(kind, ours.settings, may=ours.channels), ours.preferences)}
    return reached(Recipient.of(notice), [name for name in kind.fallback if name in may and name not in used])


def _messages(
    notice: Notice, plan: _Plan, to: Iterable[tuple[Channel, str]], said: Said, attachments: Sequence[dict[str, str]]
) -> list[Message]:
    made = []
    for channel, address in to:
        if channel.name == EMAIL:
            texts = {"text": said.text, "html": said.html, "once": notice.once, "attachments": list(attachments)}
        else:
            texts = {"text": short_message(notice, channel)}
        made.append(_message(notice, channel, address, at=plan.noisy_at, **texts))
    return made


def short_message(notice: Notice, channel: Channel) -> str:
    """The text of `notice` as `channel` carries it, its link behind it."""
    text = notice.text
    if not channel.fits(f"{text} {notice.link}"):
        over = bisect(range(len(text)), False, key=lambda n: not channel.fits(_cut(text, n, channel, notice.link)))
        text = _cut(text, max(over - 1, 0), channel)
    return f"{text} {notice.link}".strip() if channel.shows_link else text


def _cut(text: str, letters: int, channel: Channel, link: str = "") -> str:
    return f"{text[:letters]}{channel.cut_mark} {link}".rstrip()


def _message(notice: Notice, channel: Channel, address: str, *, at: datetime, **texts: object) -> Message:
    """A message that carries `notice`, not written yet."""
    return Message(
        notice=notice, person=notice.person, channel=channel.name, to=address, kind=notice.kind,
        about_id=notice.about_id, subject=notice.title,
        next_try_at=at if channel.noisy else now(), **texts,
    )  # fmt: skip


def _hold_back(notice: Notice, messages: Iterable[Message], *, group: str) -> None:
    """Count `messages`, which are not written yet, and withhold what is too many. Nobody counts who works here."""
    works_here = notice.user is not None and notice.user.can(OFFICE_PERMISSION)
    for message in messages:
        why = ""
        if channel_named(message.channel).costs and not works_here:
            who, by_stranger = str(notice.person_id or notice.user_id), notice.by_visitor and notice.user is None
            why = why_not_text(who, message.to, by_stranger=by_stranger)
        if why or (group and is_too_much(message.to, group=group)):
            message.status, message.error = MessageStatus.WITHHELD, why
            tell = log.warning if why else log.error  # of a text, an email says it too
            tell("message withheld: too many", message=str(message.pk), kind=message.kind, why=why)


def carry_instead(notice: Notice, channel: Channel, address: str) -> bool:
    """Send `notice` by another `channel`, since no other way reached anybody; False if that was withheld.

    Part of a transaction.
    """
    text, html = short_message(notice, channel), ""
    if channel.name == EMAIL:
        text = f"{notice.text}\n\n{notice.link}".strip()
        parts = [(notice.text, False), *([(notice.link, True)] if notice.link else [])]
        html = render_to_string(
            "messages/plain.html",
            {**frame(), "parts": parts, "subject": notice.title, "label": kind_of(notice.kind).action},
        )
    message = _message(notice, channel, address, at=rings_at(notice, now()), text=text, html=html)
    _hold_back(notice, [message], group="")
    message.save(force_insert=True)
    if message.status == MessageStatus.WITHHELD:
        return False
    work_on_commit()
    return True


def _write(notice: Notice, plan: _Plan, said: Said, attachments: Sequence[dict[str, str]]) -> Notice | None:
    """Write a notice and its messages; None where the same was said meanwhile."""
    messages = _messages(notice, plan, plan.addresses, said, attachments)
    try:
        with transaction.atomic():
            if plan.group or any(channel.costs for channel, _address in plan.addresses):
                insert([notice])  # first, since what was said already counts for no limit
                _hold_back(notice, messages, group=plan.group)
                if all(message.status == MessageStatus.WITHHELD for message in messages):
                    messages += _messages(notice, plan, plan.instead, said, attachments)
                insert(messages)
            else:
                insert([notice, *messages])
    except IntegrityError:  # the same `once` key
        return None
    if messages:
        work_on_commit()
    return notice


@tenant_mail.add
def send_account_mail(*, to: str, subject: str, text: str, kind: str) -> None:
    """An email about somebody's account: the same queue, the same look. It is in no inbox: its link is a way in."""
    about = frame()
    ends = f"{about['site_name']}\n{about['site_url']}"  # the frame says it
    parts = [part.strip() for part in text.split("\n\n") if part.strip() and part.strip() != ends]
    # A link of ours becomes a button. Nothing else becomes one: the rest may hold what somebody typed.
    ours = [(part, part.startswith(f"{about['site_url']}/") and len(part.split()) == 1) for part in parts]
    label = LABELS.get(kind, _("Open the page"))
    html = render_to_string("messages/plain.html", {**about, "parts": ours, "subject": subject, "label": label})
    anybody = kind in ASKED_BY_ANYBODY
    withheld = anybody and is_too_much(to, group="accounts", known=kind in KNOWN_ADDRESS)
    with transaction.atomic():
        message = Message.objects.create(
            kind=f"account/{kind}", to=to, subject=subject[:200], text=text, html=html,
            status=MessageStatus.WITHHELD if withheld else MessageStatus.QUEUED,
        )  # fmt: skip
        if withheld:
            log.error("message withheld: strangers asked for too many", message=str(message.pk), kind=message.kind)
        else:
            work_on_commit()


def tell_office(kind: str, *, context: Mapping[str, object], about: Model | None, once: str) -> None:
    """The same notice to everybody who runs the office. One who can't be told keeps it from nobody else."""
    for user in User.objects.filter(roles__overlap=[OWNER, ADMIN], is_active=True).select_related("person"):
        key = hashlib.sha256(user.email.lower().encode()).hexdigest()[:32]  # an address may be longer than a key
        try:
            with transaction.atomic():
                notify(
                    kind, user=user, person=getattr(user, "person", None), context=context, about=about,
                    once=f"{once}:{key}",
                )  # fmt: skip
        except DataError:
            log.exception("somebody in the office was not told", kind=kind, user=user.email)
