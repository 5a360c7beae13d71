"""Which address this browser was asked to confirm, so that it need not be typed again."""

from django.http import HttpRequest

KEY = "asked_to_confirm"


def note_asked(request: HttpRequest, email: str) -> None:
    """Remember that `email` was written to: a new account's, or one that nobody proved so far."""
    request.session[KEY] = email


def asked_address(request: HttpRequest) -> str:
    """The address that was written to last; empty where none was."""
    return str(request.session.get(KEY, ""))
