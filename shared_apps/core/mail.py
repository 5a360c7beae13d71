"""What all our emails have in common: who they come from, and that no person wrote them."""

from email.utils import formataddr, parseaddr

from django.conf import settings

from shared_apps.core.lines import one_line

# Auto-responders leave alone what says so (RFC 3834; the second is Microsoft's word for it).
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def sender_address() -> str:
    """The bare address that emails come from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def sender(name: str) -> str:
    """`name` with that address, as the From header says it."""
    return formataddr((one_line(name), sender_address()))
