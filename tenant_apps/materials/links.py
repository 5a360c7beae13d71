"""Addresses that the office adds, and the links under which those who come get their materials."""

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from shared_apps.core.lines import validate_line

SCHEMES = ("http", "https")
_is_url = URLValidator(schemes=list(SCHEMES))


def validate_url(url: str) -> None:
    """Refuse whatever is no address of a page: other schemes, names and passwords in it, signs that nobody sees."""
    refused = ValidationError(_("Enter an address that begins with https:// or http://."), code="url")
    validate_line(url)
    try:
        _is_url(url)
        parts = urlsplit(url)
    except (ValidationError, ValueError):
        raise refused from None
    if parts.scheme not in SCHEMES or not parts.hostname or "@" in parts.netloc or "\\" in url or not url.isprintable():
        raise refused


def plain_url(url: str) -> str:
    """`url` with its host in plain letters, so that one which only looks like another's shows that."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        plain = host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        raise ValidationError(_("Enter an address that begins with https:// or http://."), code="url") from None
    return parts._replace(netloc=parts.netloc.lower().replace(host, plain)).geturl()


def host_of(url: str) -> str:
    """Where `url` leads; empty for what is no address."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
