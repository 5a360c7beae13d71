"""Where our servers push to, below `/sandbox/push/`."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shared_apps.sandbox.guard import sandbox_only
from shared_apps.sandbox.messages import faults
from shared_apps.sandbox.messages.pushes import PushError, accept


@csrf_exempt
@require_POST
@sandbox_only
def push(request: HttpRequest, key: str) -> HttpResponse:
    """One push for one subscription."""
    met = faults.meet()
    if broken := faults.no_answer(met):
        return broken
    try:
        if met.messages_rate_limited:
            return HttpResponse("Too many requests", status=429, headers={"Retry-After": "3"})
        if met.messages_disconnected:
            raise PushError(401, "the key is not accepted")
        if met.messages_refused:
            raise PushError(400, "refused on purpose")
        notice = accept(key, request.body, {name.lower(): value for name, value in request.headers.items()})
    except PushError as error:
        return HttpResponse(error.text, status=error.status, content_type="text/plain")
    return faults.lost(met) or HttpResponse(status=201, headers={"Location": f"/message/{notice.pk}"})
