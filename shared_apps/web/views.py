"""Error pages."""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_BAD_ORIGIN
from django.shortcuts import render
from django.template.loader import render_to_string

from shared_apps.core.db import RETRY_AFTER, did_not_answer
from shared_apps.core.permissions import can, form_again
from shared_apps.core.time import how_long

V = TypeVar("V", bound=Callable[..., HttpResponse])


def error_page(request: HttpRequest, status: int, *, template: str = "", **details: object) -> HttpResponse:
    """A page of `templates/errors/`, by its status or by the name of its `template`; `details` are its variables.

    Drawn in the site's own frame and brand if they can be had. While the database is away it is drawn alone, from
    nothing; and whether a page exists is not known then, so "not found" is a 503 that asks to come back.
    """
    details.setdefault("request_id", getattr(request, "id", ""))
    details |= _office_frame(request)
    name = f"errors/{template or status}.html"
    if status == 503 and not template:  # what is away must not be waited for again to draw the page
        return HttpResponse(render_to_string(name, details), status=status)
    try:
        return render(request, name, details, status=status)
    except Exception as error:
        if status == 404 and did_not_answer(error):
            return come_back(error_page(request, 503))
        return HttpResponse(render_to_string(name, {"layout": "errors/_alone.html", **details}), status=status)


def _office_frame(request: HttpRequest) -> dict[str, object]:
    """What makes an error page one of the office's, for those who work there and are in it."""
    user = getattr(request, "user", None)
    try:
        if "/admin/" not in request.path or user is None or not can(user, "office.enter"):
            return {}
        refused = getattr(request, "refused", "")
        return {"layout": "errors/_office.html", "who_may": user.who_may(refused) if refused else []}
    except Exception:  # who it is can't be asked now, so the plain page must do
        return {}


def error_view(answer: Callable[..., HttpResponse], status: int) -> Callable[..., HttpResponse]:
    """A view for a URL table's handler of `status`, which answers by `answer(request, status)`."""

    def view(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        return answer(request, status)

    return view


def come_back(response: HttpResponse) -> HttpResponse:
    """`response`, which says when to ask again."""
    response["Retry-After"] = RETRY_AFTER
    return response


def too_many_requests(request: HttpRequest, *, wait: int = 60) -> HttpResponse:
    """A page that asks to wait `wait` seconds."""
    answer = error_page(request, 429, wait=how_long(wait))
    answer["Retry-After"] = str(wait)
    return answer


def shown_again(view: V) -> V:
    """Let `view` answer a form whose token is too old: it sees `request.stale`, changes nothing and shows the form."""
    vars(view)["shown_again"] = True
    return view


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old, or came from another site. What was typed here is shown again, with a fresh token."""
    match = request.resolver_match
    # The browser itself says that the form stood on a page of ours: nobody else's words are put into our form.
    ours = "Origin" in request.headers and not reason.startswith(REASON_BAD_ORIGIN.split("%")[0])
    if ours and match and hasattr(match.func, "shown_again"):
        vars(request)["stale"] = True
        return match.func(request, *match.args, **match.kwargs)
    return error_page(request, 403, csrf=True, form_url=form_again(request) if ours else "")
