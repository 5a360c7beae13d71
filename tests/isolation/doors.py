"""Every URL there is, taken from the resolver, so that none can be forgotten."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import get_resolver

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
THIRD_PARTY = ("allauth.",)


@dataclass(frozen=True)
class Door:
    """One URL pattern: its route as written, the view behind it, and what fills its parameters."""

    urlconf: str
    route: str
    name: str
    view: Any

    def __str__(self) -> str:
        return f"{self.urlconf}: /{self.route}" + (f" ({self.name})" if self.name else "")

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """Each parameter with the path segment before it: `("bookings", "pk")`."""
        found = []
        for match in PARAMETER.finditer(self.route):
            before = PARAMETER.sub("", self.route[: match.start()]).replace("^", "")
            words = [word for word in before.split("/") if word.strip("-")]
            found.append((words[-1] if words else "", match[1] or match[2]))
        return found

    def path(self, values: Mapping[tuple[str, str], Any]) -> str:
        """The path with its parameters filled. A parameter that nobody can fill is a `KeyError`."""
        keys = iter(self.parameters)
        filled = PARAMETER.sub(lambda match: str(values[next(keys)]), self.route)
        return "/" + filled.replace("^", "").removesuffix("$")

    @property
    def is_api(self) -> bool:
        """Whether it speaks JSON and takes bearer tokens."""
        return hasattr(self._class, "authentication_classes") or self.view.__module__ == "shared_apps.api.openapi"

    @property
    def _class(self) -> Any:
        return getattr(self.view, "cls", None) or getattr(self.view, "view_class", None)

    @property
    def is_third_party(self) -> bool:
        return self.view.__module__.startswith(THIRD_PARTY)

    @property
    def permission(self) -> Any:
        """The permission that the view names; None if it names none."""
        return getattr(self.view, "permission", None) or getattr(self._class, "permission", None)


def doors(urlconf: str) -> list[Door]:
    """All doors of a URL configuration."""
    return list(_walk(urlconf, get_resolver(urlconf), "", ""))


def tenant_doors() -> list[Door]:
    """A tenant's pages and its API, each view once: the API as it is below `/api/tenant/<slug>/`."""
    pages = [door for door in doors("config.urls_tenant") if not door.route.startswith("api/")]
    return pages + doors("config.urls_api")


def _walk(urlconf: str, resolver: Any, prefix: str, namespace: str) -> Iterator[Door]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(urlconf, pattern, route, inner)
        else:
            yield Door(urlconf, route, f"{namespace}{pattern.name}" if pattern.name else "", pattern.callback)
