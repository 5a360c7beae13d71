"""Links in the API's description: what made or listed something says what can be done with it next.

They help people who read, programs that follow them, and tools that test whole stories instead of single calls.
"""

import re
from collections.abc import Iterator

from shared_apps.core.types import JsonObject

Paths = dict[str, JsonObject]
PARAMETER = re.compile(r"\{(\w+)\}")
METHODS = ("get", "post", "put", "patch", "delete")
# What leads to another resource: the source, the status, the target, what the target is sent.
ELSEWHERE: list[tuple[str, str, str, JsonObject]] = [
    (
        "signIn",
        "200",
        "refreshTokens",
        {"requestBody": {"refreshToken": "$response.body#/refreshToken"}},
    ),
    ("createCourseSession", "201", "createBooking", {"requestBody": {"sessionId": "$response.body#/id"}}),
    ("listSessions", "200", "createBooking", {"requestBody": {"sessionId": "$response.body#/results/0/id"}}),
    ("createStudent", "201", "createBooking", {"requestBody": {"customerId": "$response.body#/id"}}),
    (
        "createBooking",
        "201",
        "initiatePayment",
        {"parameters": {"provider": "stripe"}, "requestBody": {"bookingId": "$response.body#/id"}},
    ),
    ("initiatePayment", "201", "getPaymentStatus", {"parameters": {"ref": "$response.body#/id"}}),
    ("getMe", "200", "getUser", {"parameters": {"id": "$response.body#/id"}}),
]


def add_links(result: JsonObject, **options: object) -> JsonObject:
    """A postprocessing hook of drf-spectacular."""
    paths: Paths = result["paths"]
    for path, _, operation in _operations(paths):
        for code, answer in operation["responses"].items():
            if code.startswith("2"):
                links = _within(paths, path, _id_in(answer, result))
                links.pop(operation["operationId"], None)
                if links:
                    answer["links"] = links
    by_id = {operation["operationId"]: operation for _, _, operation in _operations(paths)}
    for source, status, target, link in ELSEWHERE:
        if source in by_id and target in by_id:
            by_id[source]["responses"][status].setdefault("links", {})[target] = {"operationId": target, **link}
    return result


def _within(paths: Paths, path: str, own_id: str) -> JsonObject:
    """What lies at the thing that was made, shown, changed, or first in the list."""
    known = [f"$request.path.{name}" for name in PARAMETER.findall(path)]
    found = {}
    for other, _, operation in _operations(paths):
        names = PARAMETER.findall(other)
        if own_id and _shape(other).startswith(f"{_shape(path)}/{{}}") and names[-1].endswith("id"):
            values = [*known, own_id]
        elif names and _shape(other).startswith(_thing(_shape(path))):
            values = known
        else:
            continue
        if len(values) == len(names):
            link = {"operationId": operation["operationId"], "parameters": dict(zip(names, values, strict=True))}
            found[operation["operationId"]] = link
    return found


def _shape(path: str) -> str:
    """The same text for `/courses/{id}` and `/courses/{course_id}`."""
    return PARAMETER.sub("{}", path)


def _thing(path: str) -> str:
    """The path of what an action is about: of `/bookings/{}/cancel`, `/bookings/{}`."""
    return path[: path.rindex("}") + 1] if "}" in path else path


def _id_in(answer: JsonObject, document: JsonObject) -> str:
    schema = _resolved(answer.get("content", {}).get("application/json", {}).get("schema", {}), document)
    fields = schema.get("properties", {})
    if "results" in fields:
        return "$response.body#/results/0/id"
    return "$response.body#/id" if "id" in fields else ""


def _resolved(schema: JsonObject, document: JsonObject) -> JsonObject:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def _operations(paths: Paths) -> Iterator[tuple[str, str, JsonObject]]:
    for path, item in paths.items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]
