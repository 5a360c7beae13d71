"""Every refusal and every malformed request as problem details (RFC 9457)."""

from collections.abc import Mapping
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.http import Http404, HttpRequest, JsonResponse
from djangorestframework_camel_case.util import camelize
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.settings import api_settings

from shared_apps.api.aliases import camel
from shared_apps.core.db import RETRY_AFTER, did_not_answer
from shared_apps.core.errors import DomainError, TooOften
from shared_apps.core.types import JsonObject

log = structlog.get_logger()

TITLES = {
    400: ("invalid", "Some of what was sent can't be used."),
    401: ("not_authenticated", "Sign in, then send the request again."),
    403: ("forbidden", "This is not yours to do."),
    404: ("not_found", "There is nothing here."),
    405: ("method_not_allowed", "This can't be done here."),
    406: ("not_acceptable", "Ask for JSON."),
    409: ("refused", "That is not possible."),
    413: ("too_large", "That is too much at once."),
    415: ("unsupported_media_type", "Send JSON."),
    429: ("too_many_requests", "Too many requests. Wait a little, then try again."),
    500: ("server_error", "Something broke on our side. Nothing was lost; try again."),
    503: ("unavailable", "The service is not available right now. Try again shortly."),
}


def problem_body(
    status: int,
    detail: str = "",
    *,
    code: str = "",
    fields: object = None,
    request: HttpRequest | None = None,
    **extra: object,
) -> JsonObject:
    """An RFC 9457 problem. `errors` lists `{field, message}`; `requestId` finds the log lines."""
    default_code, title = TITLES.get(status, TITLES[400 if status < 500 else 500])
    body: JsonObject = {
        "type": f"urn:muster:problem:{code or default_code}",
        "title": title,
        "status": status,
        "detail": detail or title,
        "code": code or default_code,
        **camelize(extra),
    }
    if fields:
        body["errors"] = _field_list(fields)
    if request_id := getattr(request, "id", ""):
        body["requestId"] = request_id
    return body


def problem(
    status: int, detail: str = "", *, code: str = "", request: HttpRequest | None = None, **extra: object
) -> JsonResponse:
    """A problem as an answer outside DRF."""
    return JsonResponse(
        problem_body(status, detail, code=code, request=request, **extra),
        status=status,
        content_type="application/problem+json",
    )


def problem_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler: every refusal and every malformed request as problem details."""
    request: HttpRequest = context["request"]._request
    headers: dict[str, str] = {}
    as_sent = getattr(context["view"], "as_sent", dict)  # not all views are ours
    if isinstance(error, DomainError):
        log.info("refused", code=error.code)
        fields = as_sent(error.fields)
        body = problem_body(
            error.status, str(error.message), code=error.code, fields=fields, request=request, **error.extra
        )
        if isinstance(error, TooOften):
            headers["Retry-After"] = str(error.wait)
    elif isinstance(error, Http404 | exceptions.NotFound):
        body = problem_body(404, request=request)
    elif isinstance(error, PermissionDenied):
        body = problem_body(403, request=request)
    elif isinstance(error, serializers.ValidationError):
        fields = as_sent(error.detail) if isinstance(error.detail, dict) else error.detail
        body = problem_body(400, fields=fields, request=request)
    elif isinstance(error, ValidationError):
        fields = error.message_dict if hasattr(error, "error_dict") else {"nonFieldErrors": error.messages}
        body = problem_body(400, fields=as_sent(fields), request=request)
    elif isinstance(error, RecursionError):
        body = problem_body(400, "This JSON is nested too deeply.", code="parse_error", request=request)
    elif isinstance(error, RequestDataTooBig):
        body = problem_body(413, request=request)
    elif did_not_answer(error):
        log.exception("the database did not answer in time")
        body = problem_body(503, request=request)
        headers["Retry-After"] = RETRY_AFTER
    elif isinstance(error, exceptions.APIException):
        code = error.get_codes() if isinstance(error.get_codes(), str) else ""
        body = problem_body(error.status_code, str(error.detail), code=str(code), request=request)
        if (wait := getattr(error, "wait", None)) is not None:
            headers["Retry-After"] = str(int(wait) + 1)
        if auth := getattr(error, "auth_header", None):
            headers["WWW-Authenticate"] = auth
    else:
        return None
    if body["status"] == 401:
        headers.setdefault("WWW-Authenticate", "Bearer")
    return Response(body, status=body["status"], headers=headers, content_type="application/problem+json")


def _field_list(fields: object, path: str = "") -> list[dict[str, str]]:
    if isinstance(fields, dict):
        return [row for name, inner in fields.items() for row in _field_list(inner, _below(path, name))]
    if isinstance(fields, list) and any(isinstance(inner, dict | list) for inner in fields):
        return [row for i, inner in enumerate(fields) for row in _field_list(inner, _below(path, i))]
    messages = fields if isinstance(fields, list) else [fields]
    return [{"field": path, "message": str(message)} for message in messages]


def _below(path: str, name: object) -> str:
    if isinstance(name, int):
        return f"{path}[{name}]"
    own = "" if name == api_settings.NON_FIELD_ERRORS_KEY else camel(name)
    return f"{path}.{own}".strip(".")
