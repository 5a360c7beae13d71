"""Error pages and the health of this process."""

import sys
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from shared_apps.core.access import allow
from shared_apps.core.db import RETRY_AFTER, is_away


def _error(status: int) -> Any:
    def view(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        if "/api/" in request.path:
            from shared_apps.core.api import problem

            return problem(status, request=request)
        details = {"request_id": getattr(request, "id", "")}
        if status == 503:  # what is away must not be waited for again to draw the page
            return HttpResponse(render_to_string("errors/503.html", details), status=status)
        try:
            return render(request, f"errors/{status}.html", details, status=status)
        except Exception:  # the database is away, and with it the brand: the page says so without
            return HttpResponse(render_to_string(f"errors/{status}.html", details), status=status)

    return view


bad_request = _error(400)
forbidden = _error(403)
not_found = _error(404)
_broken, _unavailable = _error(500), _error(503)


def server_error(request: HttpRequest) -> HttpResponse:
    """A bug of ours is a 500; a database that does not answer, a 503."""
    if not is_away(sys.exc_info()[1]):
        return _broken(request)
    response: HttpResponse = _unavailable(request)
    response["Retry-After"] = RETRY_AFTER
    return response


def too_many_requests(request: HttpRequest, *, wait: int = 60) -> HttpResponse:
    """A page that asks to wait `wait` seconds."""
    answer = render(request, "errors/429.html", {"request_id": getattr(request, "id", "")}, status=429)
    answer["Retry-After"] = str(wait)
    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old, or came from another site."""
    return render(request, "errors/403.html", {"csrf": True, "request_id": getattr(request, "id", "")}, status=403)


@allow("public")
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives. It asks nobody."""
    return JsonResponse({"status": "ok"})


@allow("public")
def readyz(request: HttpRequest) -> HttpResponse:
    """The process can serve: 503 while Postgres is away or not as this code needs it. See `core.health`."""
    from shared_apps.core.health import readiness

    state = readiness()
    return JsonResponse(state.as_dict(), status=200 if state.ready else 503)
