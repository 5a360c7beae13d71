"""Who makes a request."""

from django.http import HttpRequest
from rest_framework.request import Request

from shared_apps.accounts.models import User


def signed_in(request: HttpRequest | Request) -> User | None:
    """Whoever is signed in; None for a visitor."""
    user = request.user
    return user if isinstance(user, User) else None
