"""Lists of the API in pages, each with a cursor to the next."""

import re
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import CharField, DateTimeField, Model, QuerySet, TextField
from django.utils.dateparse import parse_datetime
from rest_framework import exceptions, pagination, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from shared_apps.core.types import JsonObject
from shared_apps.web.page_cache import dont_cache

if TYPE_CHECKING:
    from rest_framework.views import APIView


class Pages(pagination.CursorPagination):
    """Cursor pages: `{"results": […], "next": …, "previous": …}`, newest first unless the view orders otherwise.

    A view's `orderings` maps what `?ordering=` may say to fields that are never null; `-` turns it round. Of a search,
    `?q=`, its `searched_ordering` puts the best match first.
    """

    page_size = 30
    max_page_size = 100
    page_size_query_param = "pageSize"
    ordering = "-id"

    def get_ordering(self, request: Request, queryset: QuerySet[Model], view: "APIView | None") -> tuple[str, ...]:
        orderings = getattr(view, "orderings", {})
        asked = request.query_params.get("ordering")
        if asked is None:
            usual: tuple[str, ...] = getattr(view, "page_ordering", (self.ordering,))
            return getattr(view, "searched_ordering", usual) if "q" in request.query_params else usual
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

    def paginate_queryset(self, queryset: Any, request: Request, view: "APIView | None" = None) -> Any:
        self._column = _column(queryset, self.get_ordering(request, queryset, view)[0].removeprefix("-"))
        return super().paginate_queryset(queryset, request, view)

    def decode_cursor(self, request: Request) -> pagination.Cursor | None:
        try:
            cursor = super().decode_cursor(request)
            if cursor and cursor.position is not None:
                _check_position(self._column, str(cursor.position))
        except (exceptions.NotFound, ValidationError, ValueError):
            raise serializers.ValidationError({"cursor": ["Use `next` or `previous` as they were given."]}) from None
        return cursor

    def get_schema_operation_parameters(self, view: "APIView") -> list[JsonObject]:
        parameters = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            if parameter["name"] == self.page_size_query_param:
                parameter["schema"]["minimum"] = 1
                parameter["description"] = f"Rows on a page; of more than {self.max_page_size}, {self.max_page_size}."
        return parameters

    def get_paginated_response(self, data: list[Any]) -> Response:
        if not data:
            dont_cache(self.request)  # type: ignore[attr-defined]
        return Response({"results": data, "next": self.get_next_link(), "previous": self.get_previous_link()})

    def get_paginated_response_schema(self, schema: JsonObject) -> JsonObject:
        link = {"type": ["string", "null"], "format": "uri"}
        page = "https://muster.example/api/tenant/acme/sessions?cursor="
        properties = {
            "results": schema,
            "next": {**link, "example": f"{page}cD0yMDI3"},
            "previous": {**link, "example": f"{page}cj0xJnA9"},
        }
        return {"type": "object", "required": ["results", "next", "previous"], "properties": properties}


def _column(queryset: QuerySet[Model], name: str) -> Any:
    """The model's field that rows are ordered by, or the one that was annotated under this name."""
    annotated = queryset.query.annotations.get(name)
    return annotated.output_field if annotated is not None else queryset.model._meta.get_field(_of_pk(queryset, name))


def _of_pk(queryset: QuerySet[Model], name: str) -> str:
    return str(queryset.model._meta.pk.name) if name == "pk" else name


def _check_position(column: Any, position: str) -> None:
    """A cursor made elsewhere is refused before the database is asked. Raises `ValueError` or `ValidationError`."""
    if "\x00" in position:
        raise ValueError("text without a NUL")
    if isinstance(column, DateTimeField):
        moment = parse_datetime(position)
        if moment is None or moment.tzinfo is None:
            raise ValueError("an instant with its offset")
    elif not isinstance(column, CharField | TextField):
        (column.target_field if column.is_relation else column).clean(position, None)
