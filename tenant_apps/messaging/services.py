"""Telling people. The message is a row first, written with what it tells; a worker sends it."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import DataError, IntegrityError, transaction
from django.db.models import F, Model, QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.mail import tenant_mail
from shared_apps.accounts.models import User
from shared_apps.accounts.roles import ADMIN, OWNER
from shared_apps.core.lines import one_line
from shared_apps.core.mail import AUTOMATIC, sender
from shared_apps.core.states import move
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from shared_apps.tenants.context import current_tenant
from shared_apps.tenants.urls import tenant_url
from shared_apps.timers.due import DueRows
from shared_apps.timers.retention import forget
from shared_apps.timers.soon import work_on_commit
from tenant_apps.branding.models import Brand
from tenant_apps.branding.palette import email_colours, palette
from tenant_apps.messaging.events import MessageTriedAgain
from tenant_apps.messaging.limits import ASKED_BY_ANYBODY, KNOWN_ADDRESS, is_too_much
from tenant_apps.messaging.models import Message, MessageStatus
from tenant_apps.messaging.tiles import initials, tiles

log = structlog.get_logger()
MOST_ATTEMPTS = 10
LABELS = {
    "password_reset_key": _("Choose a new password"),
    "email_confirmation": _("Confirm my address"),
    "email_confirmation_signup": _("Confirm my address"),
    "account_already_exists": _("Set a new password"),
    "unknown_account": _("Make an account"),
    "invitation": _("Come in"),
}


def notify(
    kind: str, *, to: str, context: Mapping[str, object], about: Model | None = None, once: str | None = None,
    attachments: Sequence[dict[str, str]] = (), to_stranger: bool = False, group: str = "",
) -> Message | None:  # fmt: skip
    """Queue an email of `kind` (`bookings/confirmed`: templates/bookings/messages/confirmed.{txt,html}).

    The text template's first line is the subject; `{% subject %}` around it keeps it one. Two messages of one `once`
    key are one message. Nobody to write to: nothing is queued. `to_stranger`: nobody has proven that the address
    belongs to whom we think; too many of those are withheld, see `limits`; they
    count in the sum of their `group`, mostly the app.
    """
    if not to:
        return None
    app, name = kind.split("/")
    details = {**_frame(), **context}
    subject, _, text = render_to_string(f"{app}/messages/{name}.txt", details).strip().partition("\n")
    html = render_to_string(f"{app}/messages/{name}.html", {**details, "subject": subject})
    subject = one_line(subject)
    if once and Message.objects.filter(once=once).exists():
        return None
    withheld = to_stranger and is_too_much(to, group=group or app)
    return _queue(
        status=MessageStatus.WITHHELD if withheld else MessageStatus.QUEUED,
        kind=kind, to=to, subject=subject[:200], text=text.strip(), html=html, once=once,
        about_id=getattr(about, "pk", None), attachments=list(attachments),
    )  # fmt: skip


@tenant_mail.add
def send_account_mail(*, to: str, subject: str, text: str, kind: str) -> None:
    """An email about somebody's account: the same queue, the same look."""
    frame = _frame()
    ends = f"{frame['site_name']}\n{frame['site_url']}"  # the frame says it
    parts = [part.strip() for part in text.split("\n\n") if part.strip() and part.strip() != ends]
    # A link of ours becomes a button. Nothing else becomes one: the rest may hold what somebody typed.
    ours = [(part, part.startswith(f"{frame['site_url']}/") and len(part.split()) == 1) for part in parts]
    label = LABELS.get(kind, _("Open the page"))
    html = render_to_string("messages/plain.html", {**frame, "parts": ours, "subject": subject, "label": label})
    anybody = kind in ASKED_BY_ANYBODY
    withheld = anybody and is_too_much(to, group="accounts", known=kind in KNOWN_ADDRESS)
    status = MessageStatus.WITHHELD if withheld else MessageStatus.QUEUED
    with transaction.atomic():
        _queue(kind=f"account/{kind}", to=to, subject=subject[:200], text=text, html=html, status=status)


def tell_office(kind: str, *, context: Mapping[str, object], about: Model | None, once: str) -> None:
    """The same message to everybody who runs the office. One who can't be written to keeps it from nobody else."""
    for email in User.objects.filter(roles__overlap=[OWNER, ADMIN], is_active=True).values_list("email", flat=True):
        to = hashlib.sha256(email.lower().encode()).hexdigest()[:32]  # an address may be longer than a key
        try:
            with transaction.atomic():
                notify(kind, to=email, context=context, about=about, once=f"{once}:{to}")
        except DataError:
            log.exception("somebody in the office was not told", kind=kind, user=email)


def _frame() -> dict[str, object]:
    """What the email layout shows of the tenant."""
    tenant, brand = current_tenant(), Brand.objects.load()
    colours = email_colours(palette(brand.primary_colour, brand.accent_colour))
    return {
        "brand": colours,
        "tiles": tiles(tenant.slug, colours),
        "logo_url": tenant_url("media", brand.mailed_logo) if brand.mailed_logo else "",
        "initials": initials(tenant.name),
        "tenant": tenant,
        "site_name": tenant.name,
        "site_url": tenant.base_url,
        "language": tenant.locale,
        "address": brand.address,
        "contact_email": brand.contact_email,
        "contact_phone": brand.contact_phone,
    }


def _queue(**fields: object) -> Message | None:
    try:
        with transaction.atomic():
            message = Message.objects.create(**fields)
    except IntegrityError:  # the same `once` key: it was said already
        return None
    if message.status == MessageStatus.WITHHELD:
        log.error("email withheld: strangers asked for too many", message=str(message.pk), kind=message.kind)
    else:
        work_on_commit()
    return message


@shared_task(name="messaging.send_message")
def send_message(message_id: str) -> None:
    """Send the queued message with this key, as the former release asked for each."""
    send(UUID(message_id))


def send(pk: UUID) -> bool:
    """Send one queued message, unless somebody else is at it. False when the mail server refused it or is away.

    The row stays locked while the mail server is asked, so that two workers never send it twice.
    """
    with transaction.atomic():
        message = Message.objects.select_for_update(skip_locked=True).filter(pk=pk, status=MessageStatus.QUEUED).first()
        if message is None:
            return True
        try:
            with transaction.atomic():  # a query that fails must not keep us from counting it
                _email(message).send()
        except Exception as error:
            log.warning("email not sent", message=str(pk), error=str(error))
            wait = timedelta(seconds=min(3600, 20 * 2**message.attempts))
            Message.objects.filter(pk=pk).update(
                attempts=F("attempts") + 1, next_try_at=now() + wait, error=str(error)[:500]
            )
            if message.attempts + 1 >= MOST_ATTEMPTS:
                move(message, "status", MessageStatus.FAILED, by=None)
            return False
        move(message, "status", MessageStatus.SENT, by=None, sent_at=now(), error="")
        return True


@transaction.atomic
def try_again(message: Message, *, by: User | None) -> None:
    """Put an email that failed or was withheld back into the queue. Raises `IllegalMove` for any other."""
    move(message, "status", MessageStatus.QUEUED, by=by, attempts=0, next_try_at=now(), error="")
    emit(MessageTriedAgain(message_id=message.pk), by=by, subject=message)
    work_on_commit()


def _email(message: Message) -> EmailMultiAlternatives:
    tenant, brand = current_tenant(), Brand.objects.load()
    email = EmailMultiAlternatives(
        message.subject,
        message.text,
        sender(tenant.name),
        [message.to],
        reply_to=[brand.contact_email] if brand.contact_email else None,
        headers={"Message-ID": f"<{message.pk}@{settings.BASE_DOMAIN}>", **AUTOMATIC},
    )
    if message.html:
        email.attach_alternative(message.html, "text/html")
    for part in message.attachments:
        email.attach(part["name"], part["content"].encode(), part["type"])
    return email


# Sends what is still queued and due, until one fails: a mail server that hangs must not hold up the rest.
send_due = DueRows(
    "messaging.send", lambda: Message.objects.filter(status=MessageStatus.QUEUED).values_list("pk", flat=True),
    "next_try_at", send, stop_when_refused=True, minds_trouble=False, prompt=True,
)  # fmt: skip


@forget("texts of emails that were sent", text="", html="", attachments=[])
def old_texts(before: datetime) -> QuerySet[Message]:
    """That it was sent stays, and to whom: it keeps the same thing from being told twice."""
    return Message.objects.filter(status=MessageStatus.SENT, sent_at__lt=before).exclude(text="", html="")
