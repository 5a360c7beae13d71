"""What every request passes, whoever it belongs to."""

import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import BadRequest, DisallowedHost
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from shared_apps.core.errors import DomainError, TooOften
from shared_apps.core.ids import uuid7
from shared_apps.resilience.probes import PROBES
from shared_apps.web.views import error_page, too_many_requests

log = structlog.get_logger()
UNUSED_FEATURES = ["camera", "display-capture", "geolocation", "microphone", "midi", "payment", "serial", "usb"]
GetResponse = Callable[[HttpRequest], HttpResponse]


def request_log(get_response: GetResponse) -> GetResponse:
    """Give each request an id that is in its log lines, its answer and its error page, and log one line about it.

    The line has no query string and no address of the visitor; links that open something are hidden (`core.logs`).
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        vars(request)["id"] = request_id = uuid7().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        response = get_response(request)
        response["X-Request-Id"] = request_id
        tell = log.debug if request.path in PROBES else log.info
        milliseconds = round((time.monotonic() - began) * 1000)
        tell("request", method=request.method, path=request.path, status=response.status_code, ms=milliseconds)
        return response

    return middleware


def hsts_for_subdomains(get_response: GetResponse) -> GetResponse:
    """Let "only https" hold for every subdomain of our own hosts, and never for those of a customer's own domain."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        policy = response.get("Strict-Transport-Security")
        if policy and _is_our_host(request):
            response["Strict-Transport-Security"] = f"{policy}; includeSubDomains"
        return response

    return middleware


def _is_our_host(request: HttpRequest) -> bool:
    try:
        name = split_domain_port(request.get_host().lower())[0].rstrip(".")
    except DisallowedHost:
        return False
    return name in settings.MAIN_HOSTS or f".{name}".endswith(f".{settings.BASE_DOMAIN}")


def permissions_policy(get_response: GetResponse) -> GetResponse:
    """No page of ours asks a browser for any of this, so that nothing slipped into one can either."""
    policy = ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES)

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Permissions-Policy"] = policy
        return response

    return middleware


def personal_answers(get_response: GetResponse) -> GetResponse:
    """What somebody who is signed in was shown is kept by no cache, their own browser's included."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        by_cookie = request.session.accessed and SESSION_KEY in request.session
        if (by_cookie or "Authorization" in request.headers) and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response

    return middleware


class DomainErrorMiddleware:
    """A refusal becomes a message on the page one came from, or a 409 page of its own.

    Text that Postgres can't hold (a NUL, which no person types) is a bad request. The API has its own
    handler in `api.problems`.
    """

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DataError) and "NUL" in str(exception):
            raise BadRequest from exception
        if isinstance(exception, TooOften):
            return too_many_requests(request, wait=exception.wait)
        if not isinstance(exception, DomainError):
            return None
        log.info("refused", code=exception.code, path=request.path)
        back = request.headers.get("Referer", "")
        on_office_page = request.method == "POST" and "/admin/" in request.path
        if on_office_page and url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
            messages.error(request, exception.message)
            return redirect(back)
        return error_page(request, exception.status, error=exception)
