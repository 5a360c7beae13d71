"""The door of every view here: shut unless stand-ins are switched on."""

from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from shared_apps.core.permissions import PUBLIC, View, allow


def sandbox_only(view: View) -> View:
    """Open to everyone while `settings.SANDBOX` is on; otherwise a 404, as if it were not there."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not settings.SANDBOX:
            raise Http404
        return view(request, *args, **kwargs)

    return allow(PUBLIC)(guarded)
