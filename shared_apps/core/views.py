"""Error pages and the health of this process."""

from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from shared_apps.core.access import allow


def _error(status: int) -> Any:
    def view(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        if "/api/" in request.path:
            from shared_apps.core.api import problem

            return problem(status, request=request)
        return render(request, f"errors/{status}.html", {"request_id": getattr(request, "id", "")}, status=status)

    return view


bad_request = _error(400)
forbidden = _error(403)
not_found = _error(404)
server_error = _error(500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old, or came from another site."""
    return render(request, "errors/403.html", {"csrf": True, "request_id": getattr(request, "id", "")}, status=403)


@allow("public")
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives. It asks nobody."""
    return JsonResponse({"status": "ok"})


@allow("public")
def readyz(request: HttpRequest) -> HttpResponse:
    """The process can serve: 503 while Postgres does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        return JsonResponse({"status": "unavailable", "database": False}, status=503)
    return JsonResponse({"status": "ok", "database": True})
