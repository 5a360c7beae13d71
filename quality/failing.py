"""URLs of a process in which `/fail/<status>/` answers with that status, by the way it really comes about."""

from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from shared_apps.core.errors import DomainError

FAULTS: dict[int, Exception] = {
    400: BadRequest("on request"),
    403: PermissionDenied("on request"),
    404: Http404("on request"),
    409: DomainError("The seats were taken a moment ago."),
    500: RuntimeError("on request"),
    503: OperationalError("on request"),
}


def fail(request: HttpRequest, status: int) -> HttpResponse:
    """Fail as the code of the site fails."""
    if status == 429:
        return render(request, "errors/429.html", status=429)
    raise FAULTS[status]


handler400 = "shared_apps.api.handlers.bad_request"
handler403 = "shared_apps.api.handlers.forbidden"
handler404 = "shared_apps.api.handlers.not_found"
handler500 = "shared_apps.api.handlers.server_error"
urlpatterns: list[Any] = [path("fail/<int:status>/", fail), path("", include("config.urls_tenant"))]
