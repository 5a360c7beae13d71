"""How our endpoints describe themselves, and where one reads it."""

from collections.abc import Callable
from functools import cache
from typing import Any

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_filters import CharFilter, Filter
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.utils import Direction, OpenApiParameter
from rest_framework import serializers

from shared_apps.api.aliases import Aliases, camel
from shared_apps.api.endpoints import is_list, operation_of
from shared_apps.api.operation_ids import operation_id
from shared_apps.api.problems import TITLES, problem_body
from shared_apps.api.strict import IDS, PhoneField, PriceFilter, Strict, WholeNumberFilter
from shared_apps.core.lines import PHONE, validate_name
from shared_apps.core.permissions import PUBLIC, allow
from shared_apps.core.types import JsonObject

NOT_BLANK = r"[^\s\u001c-\u001f\u0085]"  # all that Python takes for white space
# By the last part of a path that is named here.
TAGS = {
    "auth": "Signing in",
    "courses": "Courses",
    "categories": "Courses",
    "audiences": "Courses",
    "sessions": "Sessions",
    "calendar": "Sessions",
    "materials": "Materials",
    "calendar-feeds": "Calendars",
    "bookings": "Bookings",
    "waiting-list": "Bookings",
    "interest": "Bookings",
    "certificates": "Certificates",
    "payments": "Payments",
    "jobs": "Long work",
    "settings": "Settings",
    "terms": "Bookings",
    "notifications": "Notices",
    "notification-preferences": "Notices",
    "students": "People",
    "trainers": "People",
    "users": "People",
    "dashboard": "Office",
    "places": "Sessions",
    "rooms": "Sessions",
    "vehicles": "Sessions",
}


class FieldProblem(serializers.Serializer):
    """`field` as a path, e.g. `attendees[0].name`; empty when it is about the whole."""

    field = serializers.CharField()
    message = serializers.CharField()


class Problem(serializers.Serializer):
    """Problem details (RFC 9457). `code` is for programs, `detail` for people; `requestId` finds our log lines."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    request_id = serializers.CharField(required=False)
    errors = FieldProblem(many=True, required=False)  # type: ignore[assignment]


class Schema(AutoSchema):
    """Tags by resource, the parameters that all lists share, and problem details for whatever is refused."""

    def get_tags(self) -> list[str]:
        parts = [part for part in reversed(self.path.split("/")) if part in TAGS]
        return [TAGS[parts[0]]] if parts else super().get_tags()

    def get_operation_id(self) -> str:
        return operation_id(self.path, self.method, operation_of(self.view, self.method))

    def _is_list_view(self, serializer: object = None) -> bool:
        return is_list(self.view, operation_of(self.view, self.method))

    def get_override_parameters(self) -> list[Any]:
        parameters: list[Any] = []
        if query := getattr(self.view, "queries", {}).get(operation_of(self.view, self.method)):
            parameters.append(query)
        orderings = getattr(self.view, "orderings", {})
        if orderings and self._is_list_view():
            names = [name for key in orderings for name in (key, f"-{key}")]
            parameters.append(OpenApiParameter("ordering", str, enum=names, description="`-` turns it round"))
        if getattr(self._action(), "idempotent", False):
            text = "Any text that is new for each thing you want done. Sent again, the first answer is given again."
            key = {"type": "string", "maxLength": 255, "pattern": "^[ -~]*[!-~][ -~]*$"}
            needed = getattr(self._action(), "needs_key", False)
            parameters.append(
                OpenApiParameter("Idempotency-Key", key, OpenApiParameter.HEADER, description=text, required=needed)
            )
        return parameters

    def _get_parameters(self) -> list[JsonObject]:
        found: list[JsonObject] = super()._get_parameters()
        return [_in_query(one) if one["in"] == "query" else one for one in found]

    def _action(self) -> Callable[..., object] | None:
        return getattr(self.view, getattr(self.view, "action", None) or self.method.lower(), None)

    def get_auth(self) -> list[JsonObject]:
        auths = super().get_auth()
        return [*auths, {}] if auths and self._permission() == PUBLIC else auths

    def _get_filter_parameters(self) -> list[JsonObject]:
        found = super()._get_filter_parameters()
        kind = getattr(self.view, "filterset_class", None)
        for parameter in found:
            if kind and parameter["name"] in kind.base_filters:
                parameter["schema"] |= _limits(kind.base_filters[parameter["name"]])
        return found

    def _map_basic_serializer(self, serializer: serializers.BaseSerializer, direction: Direction) -> JsonObject:
        schema = super()._map_basic_serializer(serializer, direction)
        if direction == "request":
            schema["additionalProperties"] = False
        add_aliases(schema, getattr(serializer, "aliases", {}), direction)
        if direction == "response" and isinstance(serializer, Strict):
            schema["required"] = _always_there(schema, serializer)
        return schema

    def _insert_field_validators(self, field: serializers.Field, schema: JsonObject) -> None:
        super()._insert_field_validators(field, schema)
        # To whoever overlooks formats, an empty text is both of the two kinds that it may be.
        if getattr(field, "allow_blank", False) and "oneOf" in schema:
            schema["anyOf"] = schema.pop("oneOf")

    def _map_serializer_field(
        self, field: serializers.Field, direction: Direction, bypass_extensions: bool = False
    ) -> JsonObject:
        schema = super()._map_serializer_field(field, direction, bypass_extensions)
        if not schema or "$ref" in schema:
            return schema
        if direction != "request":
            if isinstance(field, serializers.EmailField | serializers.URLField):
                schema.pop("format", None)  # an empty text stands for none
            return schema
        if isinstance(field, serializers.DecimalField) and field.decimal_places:
            schema["multipleOf"] = float(f"1e-{field.decimal_places}")
        if isinstance(field, IDS):
            schema |= {"minLength": 36, "maxLength": 36}
        if isinstance(field, PhoneField):
            schema["pattern"] = f"^({PHONE.pattern})?$"
        blank_is_nothing = type(field) is serializers.CharField and not field.allow_blank and field.trim_whitespace
        if validate_name in field.validators:
            schema["pattern"] = f"{NOT_BLANK}.*{NOT_BLANK}"  # two letters at least
        elif blank_is_nothing and "pattern" not in schema:
            schema["pattern"] = NOT_BLANK
        return schema

    def _permission(self) -> str:
        view: Any = self.view
        safe = self.method == "GET"
        return str(view.permission if safe else getattr(view, "write_permission", view.permission))

    def _get_response_bodies(self, direction: Direction = "response") -> JsonObject:
        bodies = super()._get_response_bodies(direction)
        for status in self._refusals():
            if str(status) not in bodies:
                body = self._get_response_for_code(Problem, str(status), ["application/problem+json"], direction)
                body["content"]["application/problem+json"]["example"] = problem_body(status)
                bodies[str(status)] = {**body, "description": TITLES[status][1]}
        return bodies

    def _refusals(self) -> list[int]:
        safe = self.method == "GET"
        view: Any = self.view
        permission = self._permission()
        found = []
        if not safe or self._takes_a_query():
            found.append(400)
        if view.get_authenticators() or not safe:  # a bad token is refused where none is needed, too
            found.append(401)
        if "{" in self.path or permission != PUBLIC:
            found.append(404)
        if not safe:
            found += [409, 413, 415]
        if view.throttle_classes or getattr(view, "action", "") in getattr(view, "may_say_wait", ()):
            found.append(429)
        return found

    def _takes_a_query(self) -> bool:
        return any(parameter["in"] == "query" for parameter in self._get_parameters())


def _in_query(parameter: JsonObject) -> JsonObject:
    """A parameter by the name that clients know; a text must not be empty: it is refused, or left out."""
    schema = parameter["schema"]
    if schema.get("type") == "string" and not {"enum", "format", "minLength"} & set(schema):
        schema = {**schema, "minLength": 1}
    return {**parameter, "name": camel(parameter["name"]), "schema": schema}


def add_aliases(schema: JsonObject, aliases: Aliases, direction: str) -> None:
    """Say the fields' other names: in answers as fields beside them, in requests in words.

    A generated client needs one name for what it sends.
    """
    fields = schema.get("properties", {})
    for name, alias in aliases.items():
        own = fields.get(alias.of.split(".")[0])
        if direction == "request":
            if own is not None and "$ref" not in own:
                said = own.get("description", "")
                own["description"] = f"{said} Also taken as `{camel(name)}`.".strip()
        elif alias.shown and name not in fields and own is not None:
            told = alias.schema or own
            fields[name] = {**told, "readOnly": True, "description": f"The same as `{camel(alias.of)}`."}


def _always_there(schema: JsonObject, serializer: Strict) -> list[str]:
    """The fields that every answer has, whoever asks."""
    for_some = {*serializer.for_some}
    for_some |= {name for name, alias in serializer.aliases.items() if alias.of.split(".")[0] in for_some}
    return sorted(name for name in schema.get("properties", {}) if name not in for_some)


def _limits(one: Filter) -> JsonObject:
    """What a filter takes, beyond its type."""
    limits: JsonObject = {}
    if isinstance(one, WholeNumberFilter):
        limits["type"] = "integer"
    if isinstance(one, PriceFilter):
        limits["multipleOf"] = 0.001
    if isinstance(one, CharFilter):
        limits["pattern"] = NOT_BLANK
    for word, name in (("minimum", "min_value"), ("maximum", "max_value"), ("maxLength", "max_length")):
        if (limit := one.extra.get(name)) is not None:
            limits[word] = limit
    return limits


INTRODUCTION = """
A provider's courses, sessions, bookings, payments and people, for programs.

**Where.** Below `/api/tenant/{slug}/` on the platform's host, or below `/api/` on the provider's own.

**Who.** `POST auth/login` answers with an `accessToken`; send it as `Authorization: Bearer …`. It is good for
`expiresIn` seconds, then `POST auth/refresh` gives another pair. What one may not see does not exist: 404.

**Lists** are `{"results": […], "next": …, "previous": …}`. Follow `next` until it is null. `pageSize` is 30, at
most 100.

**Unknown is refused.** A field of the body or a parameter of the query that an operation does not know is a 400 that
names it; so is a field that is only ever shown, a parameter that comes twice where one can count, and a filter that is
left empty. Nothing is ignored.

**Names.** Requests are taken in camelCase, or in snake_case; answers are in camelCase. Some fields have a second name,
for clients that know them by it: it is taken in place of the first, and shown beside it. Two names of one field with
different values are a 400. `PUT` does what `PATCH` does: what is not sent stays as it is. `DELETE` deactivates or
cancels; nothing is ever dropped.

**Refusals** are problem details (RFC 9457): `code` is for programs and does not change, `detail` is a sentence for
people, `errors` names each field that can't be used. What has a name in this API and is not offered here (yet) is
a 404 `not_offered`.

**Again, safely.** Send an `Idempotency-Key` with a POST that moves money or seats. The same request with the same
key is done once, and answered with the first answer (`Idempotent-Replayed: true`) for a week. Another request with
it is a 409; one that was refused may be tried again.

**Amounts** are numbers in major units of `currency`, exact to its decimals (`format: decimal`): read them as decimals,
not as binary fractions. Dates and times of day are the provider's own; instants carry their offset.

**From a browser** of another site it can't be called: it sends no CORS headers, since a token does not belong in a
page. Call it from your server.
"""


@cache
def described() -> JsonObject:
    """The OpenAPI document of a tenant's API, but for where it is."""
    document: JsonObject = SchemaGenerator(urlconf="config.urls_api").get_schema(request=None, public=True)
    document["info"]["description"] = INTRODUCTION
    document["tags"] = [{"name": name} for name in dict.fromkeys(TAGS.values())]
    return document


@allow("public")
def document(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document of this tenant's API."""
    server = {"url": request.path.removesuffix("/openapi.json")}
    text = OpenApiJsonRenderer().render({**described(), "servers": [server]}, renderer_context={})
    return HttpResponse(text, content_type="application/vnd.oai.openapi+json")


# Swagger UI draws some of its icons and columns with style attributes; scripts stay strict.
@csp_update({"style-src": ["'self'", "'unsafe-inline'"]})
@allow("public")
def reference(request: HttpRequest) -> HttpResponse:
    """The reference page: the document made browsable."""
    return render(request, "api/reference.html", {"document": request.path.removesuffix("docs") + "openapi.json"})
