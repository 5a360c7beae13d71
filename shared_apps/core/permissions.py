"""Permissions at the doors. A door names one; a door that names none is closed."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from shared_apps.core.states import Someone

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

View = Callable[..., HttpResponse]
PUBLIC = "public"
UNSAVED = "unsaved=1"


def can(user: "Someone | AnonymousUser", permission: str) -> bool:
    """Whether `user` (possibly anonymous) may do `permission`; `public` is for everyone."""
    return permission == PUBLIC or (user.is_authenticated and user.can(permission))


def form_again(request: HttpRequest) -> str:
    """Where the form is that was sent with this request; the page there says that it was not saved."""
    page, path = request.headers.get("Referer", ""), request.get_full_path()
    if url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure()):
        path = urlsplit(page)._replace(scheme="", netloc="", fragment="").geturl()
    return path if UNSAVED in path else f"{path}{'&' if '?' in path else '?'}{UNSAVED}"


def allow(permission: str) -> Callable[[View], View]:
    """Let only those through who may do `permission`.

    The anonymous are asked to sign in, and then led back to the page they were on, which says when what they sent
    was not saved; a signed-in person who may not gets a 404, as if it were not there.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if can(request.user, permission):
                return view(request, *args, **kwargs)
            if request.user.is_authenticated:
                vars(request)["refused"] = permission  # the office's error page says who may
                raise Http404
            from django.contrib.auth.views import redirect_to_login  # needs the user model, which imports this module

            return redirect_to_login(form_again(request) if request.method == "POST" else request.get_full_path())

        vars(guarded)["permission"] = permission
        return guarded

    return decorate
