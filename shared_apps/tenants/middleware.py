"""The edge: every request is given to one tenant, or to the platform, before anything else looks at it."""

from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import get_script_prefix, set_script_prefix, set_urlconf
from django_tenants.postgresql_backend.base import FakeTenant

from shared_apps.api.problems import problem
from shared_apps.core.db import SchemaOwner, connection
from shared_apps.tenants import broadcast
from shared_apps.tenants.context import enter, tenant_context
from shared_apps.tenants.routing import Route, resolve
from shared_apps.web.views import error_page

PUBLIC = FakeTenant("public")
# What Django calls them, and what a browser sees is `<name>-<slug>`: one browser, many tenants, one origin.
# Over HTTPS they begin with `__Host-`, so that no neighbouring host can set them.
COOKIES = ("sessionid", "csrftoken", "messages")


class TenantMiddleware:
    """Find the tenant, move its prefix from the path to the script name, and work in its schema.

    With the prefix out of `path_info`, `reverse()`, `{% url %}`, redirects and absolute links are
    right under a slug and on a host alike.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        prefix_before = get_script_prefix()
        broadcast.listen()
        try:
            route = resolve(request.get_host(), request.path_info)
            tenant = route.tenant or PUBLIC
            enter(tenant)
            vars(request)["tenant"] = route.tenant
            structlog.contextvars.bind_contextvars(tenant=tenant.schema_name)
            self._take_prefix(request, route)
            suffix = route.tenant.slug if route.tenant else "muster"
            _rename_cookies_in(request, suffix)
            response = self._answer(request, route)
            _rename_cookies_out(response, suffix)
            if isinstance(response, StreamingHttpResponse):
                response.streaming_content = _stream_as(tenant, iter(response))
            return response
        finally:
            set_script_prefix(prefix_before)
            set_urlconf(None)
            enter(PUBLIC)

    def _answer(self, request: HttpRequest, route: Route) -> HttpResponseBase:
        if route.moved:
            return _moved(request, route.moved)
        if route.missing:
            return problem(404, request=request) if _wants_json(request) else error_page(request, 404)
        if route.prefix and not request.path_info:
            return redirect(f"{route.prefix}/")
        return self.get_response(request)

    @staticmethod
    def _take_prefix(request: HttpRequest, route: Route) -> None:
        request.urlconf = route.urlconf
        set_urlconf(route.urlconf)
        if route.prefix:
            request.path_info = request.path_info[len(route.prefix) :]
            request.META["SCRIPT_NAME"] = route.prefix
            request.META["PATH_INFO"] = request.path_info
        set_script_prefix(f"{route.prefix}/")


def tenant_session_guard(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A session belongs to the schema it was begun in; found anywhere else, it is thrown away."""

    def middleware(request: HttpRequest) -> HttpResponse:
        session = request.session
        if session.session_key and session.get("_tenant") != connection.schema_name:
            session.flush()
        response = get_response(request)
        if session.modified and not session.is_empty():
            session["_tenant"] = connection.schema_name
        return response

    return middleware


def _browser_name(name: str, suffix: str) -> str:
    return f"{'__Host-' if settings.HTTPS else ''}{name}-{suffix}"


def _rename_cookies_in(request: HttpRequest, suffix: str) -> None:
    for name in COOKIES:
        own = request.COOKIES.pop(_browser_name(name, suffix), None)
        request.COOKIES.pop(name, None)
        if own is not None:
            request.COOKIES[name] = own


def _rename_cookies_out(response: HttpResponseBase, suffix: str) -> None:
    for name in COOKIES:
        if morsel := response.cookies.pop(name, None):
            renamed = _browser_name(name, suffix)
            response.cookies[renamed] = morsel.value
            for attribute, value in morsel.items():
                if value:
                    response.cookies[renamed][attribute] = value
            if settings.HTTPS:  # deleting one too: without it a browser ignores a `__Host-` cookie
                response.cookies[renamed]["secure"] = True


def _stream_as(tenant: SchemaOwner, chunks: Iterable[bytes]) -> Iterator[bytes]:
    # The server draws these after the middleware is done, when the connection is public again.
    chunks = iter(chunks)
    while True:
        with tenant_context(tenant):
            try:
                chunk = next(chunks)
            except StopIteration:
                return
        yield chunk


def _wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _moved(request: HttpRequest, path: str) -> HttpResponse:
    query = request.META.get("QUERY_STRING", "")
    response: HttpResponse = redirect(
        quote(path) + (f"?{query}" if query else ""),
        permanent=True,
        preserve_request=request.method not in ("GET", "HEAD"),
    )
    return response
