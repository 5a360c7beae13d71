"""A mail server's stand-in: every message becomes a row of the public schema."""

from collections.abc import Iterable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage as Message

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from shared_apps.core.db import connection
from shared_apps.sandbox.models import Mail
from shared_apps.tenants.context import public_context


class MailboxBackend(BaseEmailBackend):
    """Django's email backend that keeps messages instead of sending them."""

    def send_messages(self, email_messages: Iterable[EmailMessage]) -> int:
        """Store each message with the tenant it came from, and return how many there were."""
        if not settings.SANDBOX:
            raise ImproperlyConfigured("The mailbox keeps mail instead of sending it, so it needs MUSTER_SANDBOX.")
        schema = connection.schema_name
        rows = [_row(message, schema) for message in email_messages if message.recipients()]
        with public_context():
            for row in rows:
                row.save()
        return len(rows)


def _row(message: EmailMessage, schema: str) -> Mail:
    raw = message.message().as_bytes()
    parsed = parse(raw)
    return Mail(
        tenant=schema,
        sender=str(message.from_email),
        recipients=message.recipients(),
        subject=str(message.subject).replace("\n", " ")[:998],
        headers=[[name, str(value)] for name, value in parsed.items()],
        text=_body(parsed, "text/plain"),
        html=_body(parsed, "text/html"),
        attachments=[
            {"name": part.get_filename() or "unnamed", "type": part.get_content_type(), "size": len(content(part))}
            for part in attachments(parsed)
        ],
        raw=raw,
    )


def parse(raw: bytes | memoryview) -> Message:
    """The message as the standard library reads it."""
    return message_from_bytes(bytes(raw), policy=policy.default)


def _leaves(message: Message) -> Iterator[Message]:
    return (part for part in message.walk() if not part.is_multipart())


def _is_body(part: Message) -> bool:
    plain = part.get_content_type() in ("text/plain", "text/html")
    return plain and part.get_content_disposition() != "attachment" and not part.get_filename()


def _body(message: Message, content_type: str) -> str:
    found = (part for part in _leaves(message) if _is_body(part) and part.get_content_type() == content_type)
    part = next(found, None)
    return str(part.get_content()) if part else ""


def attachments(message: Message) -> list[Message]:
    """Every part that is not the text, in the order of the message; calendar invitations too."""
    return [part for part in _leaves(message) if not _is_body(part)]


def content(part: Message) -> bytes:
    """The decoded bytes of one part."""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
