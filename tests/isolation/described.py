"""What an endpoint takes, as the API's own description says: it refuses anything else, whatever else is right."""

import re
from functools import cache
from typing import Any

from shared_apps.api.openapi import described
from tests.isolation.doors import Door


@cache
def _operations() -> dict[tuple[str, str], tuple[frozenset[str], frozenset[str]]]:
    document: Any = described()
    found = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            query = {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}
            schema = document["components"]["schemas"][body["$ref"].rsplit("/", 1)[1]] if "$ref" in body else {}
            key = re.sub(r"\{\w+\}", "", path), method.upper()
            found[key] = frozenset(schema.get("properties", {})), frozenset(query)
    return found


def _taken(door: Door, method: str) -> tuple[frozenset[str], frozenset[str]]:
    return _operations().get(("/" + re.sub(r"<[^>]+>", "", door.route), method), (frozenset(), frozenset()))


def fields_of(door: Door, method: str) -> frozenset[str]:
    """The fields of the body that this endpoint knows."""
    return _taken(door, method)[0]


def parameters_of(door: Door, method: str) -> frozenset[str]:
    """The parameters of the query that this endpoint knows."""
    return _taken(door, method)[1]
