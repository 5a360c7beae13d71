"""Filters in the address of a page with a list. An unknown one is refused: the list would show everything instead."""

from collections.abc import Callable, Collection
from functools import wraps
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_date

from shared_apps.core.permissions import View
from shared_apps.web.views import error_page

Known = Collection[str] | Callable[[str], bool]


def a_day(text: str) -> bool:
    """Whether `text` is a date like 2027-01-12."""
    try:
        return parse_date(text) is not None
    except ValueError:
        return False


def an_id(text: str) -> bool:
    """Whether `text` is the id of a record, there or not."""
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def known_filters(**known: Known) -> Callable[[View], View]:
    """A page's filters by name, and what each may be: one of a collection, or what a function agrees to.

    `__` stands for a name that Python keeps for itself: `from__` is `?from=`. Any other value is answered by a page
    with status 400 that names it and leads to the list without it.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            for name, allowed in known.items():
                name = name.removesuffix("__")
                value = request.GET.get(name, "").strip()
                if value and not (allowed(value) if callable(allowed) else value in allowed):
                    rest = request.GET.copy()
                    del rest[name]
                    without = f"?{rest.urlencode()}" if rest else request.path
                    return error_page(request, 400, template="unknown_filter", name=name, value=value, without=without)
            return view(request, *args, **kwargs)

        vars(checked)["filters"] = frozenset(name.removesuffix("__") for name in known)
        return checked

    return decorate


def sort_keys(keys: Collection[str]) -> set[str]:
    """What `?sort=` may be for a list with these keys: each, and each with a minus before it."""
    return {*keys, *(f"-{key}" for key in keys)}
