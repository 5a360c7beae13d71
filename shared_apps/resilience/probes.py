"""The two questions of a load balancer, answered whatever host they are asked for by: it knows only addresses."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse


def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives. It asks nobody."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> HttpResponse:
    """The process can serve: 503 while Postgres is away or not as this code needs it. See `resilience.health`."""
    from shared_apps.resilience.health import readiness

    state = readiness()
    return JsonResponse(state.as_dict(), status=200 if state.ready else 503)


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {"/healthz": healthz, "/readyz": readyz}


def probes(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer `/healthz` and `/readyz` before a tenant, a session or a host is looked for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return PROBES.get(request.path, get_response)(request)

    return middleware
