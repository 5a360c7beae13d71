"""Features that a provider switches on and off, and what belongs to one.

An app says so once, `feature = "courses"` on its `AppConfig`; a view of another app by `@of_feature`. Where the feature
is off, such views are 404 (pages and API alike) and the app's timers and due work rest. What hears of money goes on: a
payment that arrives is never overlooked.
"""

from collections.abc import Callable
from functools import cache
from typing import TypeVar

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from shared_apps.tenants.context import tenant_or_none

View = TypeVar("View", bound=Callable[..., object])


def of_feature(feature: str) -> Callable[[View], View]:
    """Say that a view belongs to `feature`, or with "" to none, whatever its app does. Goes above `@allow`."""

    def decorate(view: View) -> View:
        vars(view)["feature"] = feature
        return view

    return decorate


@cache
def feature_of_module(module: str) -> str:
    """The feature of the app that this Python module is part of; "" for none."""
    app = apps.get_containing_app_config(module)
    return str(getattr(app, "feature", ""))


def feature_of(view: object) -> str:
    """The feature that a view belongs to; "" for none."""
    kind = getattr(view, "cls", None) or getattr(view, "view_class", None) or view
    own = getattr(view, "feature", getattr(kind, "feature", None))
    return feature_of_module(kind.__module__) if own is None else str(own)


def is_on(feature: str) -> bool:
    """Whether the provider of this connection has `feature`; what belongs to none is always on."""
    tenant = tenant_or_none()
    return not feature or tenant is None or tenant.has(feature)


class FeatureGuard:
    """Middleware: what belongs to a feature that is switched off is not there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        if not is_on(feature_of(view)):
            raise Http404
        return None
