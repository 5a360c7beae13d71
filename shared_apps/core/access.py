"""Permissions at the doors. A door names one; a door that names none is closed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

View = Callable[..., HttpResponse]
PUBLIC = "public"


def can(user: Any, permission: str) -> bool:
    """Whether `user` (possibly anonymous) may do `permission`; `public` is for everyone."""
    return permission == PUBLIC or (user.is_authenticated and user.can(permission))


def allow(permission: str) -> Callable[[View], View]:
    """Let only those through who may do `permission`.

    The anonymous are asked to sign in; a signed-in person who may not gets a 404, as if it were not there.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if can(request.user, permission):
                return view(request, *args, **kwargs)
            if request.user.is_authenticated:
                request.refused = permission  # type: ignore[attr-defined]  # the office's error page says who may
                raise Http404
            from django.contrib.auth.views import redirect_to_login  # needs the user model, which imports this module

            return redirect_to_login(request.get_full_path())

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate
