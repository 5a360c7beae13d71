"""Pages that exist only where a module is switched on."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from shared_apps.tenants.context import current_tenant

View = Callable[..., HttpResponse]


def needs_module(module: str) -> Callable[[View], View]:
    """404 where the tenant has not switched `module` on. Goes below `@allow`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not current_tenant().has(module):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate
