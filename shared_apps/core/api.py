"""What every endpoint shares: permissions by name, problem details, pages, and fields that see only visible rows."""

import re
from collections.abc import Sequence
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.db.models import CharField, DateTimeField, TextField
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from djangorestframework_camel_case.util import camelize
from rest_framework import exceptions, pagination, permissions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

from shared_apps.core.access import can
from shared_apps.core.aliases import camel
from shared_apps.core.db import RETRY_AFTER, is_away
from shared_apps.core.errors import DomainError, TooOften
from shared_apps.core.freshness import dont_keep

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
    status: int, detail: str = "", *, code: str = "", fields: Any = None, request: Any = None, **extra: Any
) -> dict[str, Any]:
    """An RFC 9457 problem. `errors` lists `{field, message}`; `requestId` finds the log lines."""
    default_code, title = TITLES.get(status, TITLES[400 if status < 500 else 500])
    body: dict[str, Any] = {
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


def problem(status: int, detail: str = "", **parts: Any) -> JsonResponse:
    """A problem as an answer outside DRF."""
    return JsonResponse(problem_body(status, detail, **parts), status=status, content_type="application/problem+json")


def problem_handler(error: Exception, context: dict[str, Any]) -> Response | None:
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
    elif is_away(error):  # or somebody holds a lock for too long
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


def _field_list(fields: Any, path: str = "") -> list[dict[str, str]]:
    if isinstance(fields, dict):
        return [row for name, inner in fields.items() for row in _field_list(inner, _below(path, name))]
    if isinstance(fields, list) and any(isinstance(inner, dict | list) for inner in fields):
        return [row for i, inner in enumerate(fields) for row in _field_list(inner, _below(path, i))]
    messages = fields if isinstance(fields, list) else [fields]
    return [{"field": path, "message": str(message)} for message in messages]


def _below(path: str, name: Any) -> str:
    if isinstance(name, int):
        return f"{path}[{name}]"
    own = "" if name == api_settings.NON_FIELD_ERRORS_KEY else camel(name)
    return f"{path}.{own}".strip(".")


class NamedPermission(permissions.BasePermission):
    """The view's `permission`, for unsafe methods its `write_permission`; a view that names none is closed.

    A signed-in person who may not gets a 404, as if it were not there.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        if not hasattr(view, (request.method or "").lower()):
            raise exceptions.MethodNotAllowed(request.method or "")
        needed = getattr(view, "permission", None)
        if request.method not in permissions.SAFE_METHODS:
            needed = getattr(view, "write_permission", needed)
        if needed and can(request.user, needed):
            return True
        if request.user.is_authenticated:
            raise Http404
        return False


class Pages(pagination.CursorPagination):
    """Cursor pages: `{"results": […], "next": …, "previous": …}`, newest first unless the view orders otherwise.

    A view's `orderings` maps what `?ordering=` may say to fields that are never null; `-` turns it round.
    """

    page_size = 30
    max_page_size = 100
    page_size_query_param = "pageSize"
    ordering = "-id"

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> Any:
        orderings = getattr(view, "orderings", {})
        asked = request.query_params.get("ordering")
        if asked is None:
            return getattr(view, "page_ordering", (self.ordering,))
        if asked.removeprefix("-") not in orderings:
            raise serializers.ValidationError({"ordering": [f"Choose one of {', '.join(orderings) or 'none'}."]})
        sign = "-" if asked.startswith("-") else ""
        return (f"{sign}{orderings[asked.removeprefix('-')]}", f"{sign}pk")

    def get_page_size(self, request: Request) -> int:
        asked = request.query_params.get(self.page_size_query_param)
        if asked is None:
            return self.page_size
        if not re.fullmatch("0*[1-9][0-9]{0,99}", asked):
            raise serializers.ValidationError({"page_size": ["Ask for one or more."]})
        return min(int(asked), self.max_page_size)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        self._column = _column(queryset, self.get_ordering(request, queryset, view)[0].removeprefix("-"))
        return super().paginate_queryset(queryset, request, view)

    def decode_cursor(self, request: Request) -> Any:
        try:
            cursor = super().decode_cursor(request)
            if cursor and cursor.position is not None:
                _check_position(self._column, cursor.position)
        except (exceptions.NotFound, ValidationError, ValueError):
            raise serializers.ValidationError({"cursor": ["Use `next` or `previous` as they were given."]}) from None
        return cursor

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        parameters = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            if parameter["name"] == self.page_size_query_param:
                parameter["schema"]["minimum"] = 1
                parameter["description"] = f"Rows on a page; of more than {self.max_page_size}, {self.max_page_size}."
        return parameters

    def get_paginated_response(self, data: Any) -> Response:
        if not data:
            dont_keep(self.request)  # type: ignore[attr-defined]
        return Response({"results": data, "next": self.get_next_link(), "previous": self.get_previous_link()})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        page = "https://muster.example/api/tenant/acme/sessions?cursor="
        properties = {
            "results": schema,
            "next": {**link, "example": f"{page}cD0yMDI3"},
            "previous": {**link, "example": f"{page}cj0xJnA9"},
        }
        return {"type": "object", "required": ["results", "next", "previous"], "properties": properties}


def _column(queryset: Any, name: str) -> Any:
    """The model's field that rows are ordered by, or the one that was annotated under this name."""
    annotated = queryset.query.annotations.get(name)
    return annotated.output_field if annotated is not None else queryset.model._meta.get_field(_of_pk(queryset, name))


def _of_pk(queryset: Any, name: str) -> str:
    return str(queryset.model._meta.pk.name) if name == "pk" else name


def _check_position(column: Any, position: Any) -> None:
    """A cursor made elsewhere is refused before the database is asked. Raises `ValueError` or `ValidationError`."""
    if "\x00" in position:
        raise ValueError("text without a NUL")
    if isinstance(column, DateTimeField):
        moment = parse_datetime(position)
        if moment is None or moment.tzinfo is None:
            raise ValueError("an instant with its offset")
    elif not isinstance(column, CharField | TextField):
        (column.target_field if column.is_relation else column).clean(position, None)


class ById(serializers.PrimaryKeyRelatedField):
    """A related row by its id."""

    default_error_messages = {"does_not_exist": _("There is nothing with this id.")}


class VisibleField(ById):
    """A related row by id, together with its `related` ones; one the caller may not see does not exist."""

    def __init__(self, model: Any = None, *, related: Sequence[str] = (), **kwargs: Any):
        self.model, self.related = model, related
        if not kwargs.get("read_only"):
            kwargs.setdefault("queryset", model._default_manager.none())
        kwargs.setdefault("pk_field", serializers.UUIDField())
        super().__init__(**kwargs)

    def get_queryset(self) -> Any:
        rows = self.model.objects.visible_to(self.context["request"].user)
        return rows.select_related(*self.related) if self.related else rows
