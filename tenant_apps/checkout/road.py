"""The way from what is kept to what is paid, for one kind of purchase: check, pay, done."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar, Generic, ParamSpec, TypeAlias, TypeVar

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from shared_apps.core.errors import TooOften
from shared_apps.web.networks import at_most
from tenant_apps.checkout.purchases import Purchase
from tenant_apps.checkout.services import see_what_was_paid

P = ParamSpec("P")
B = TypeVar("B", bound=Purchase)
ASKED_A_MINUTE = 20


class Road(ABC, Generic[B]):
    """What the pages of one kind of purchase share, and what only that kind knows.

    `path` begins the addresses of its pages, and `name` their names. Below `templates` are `check.html`,
    `checking.html`, `done.html` and `called_in.html`.
    """

    path: ClassVar[str]
    name: ClassVar[str]
    templates: ClassVar[str]

    @abstractmethod
    def open(self, token: str, *, called_in: bool = False) -> B | None:
        """What the token opens; None for one that is not ours. With `called_in`, what an old link opened, too."""

    @abstractmethod
    def remember(self, request: HttpRequest, purchase: B) -> None:
        """Let this browser come back to it."""

    @abstractmethod
    def facts(self, purchase: B, token: str) -> dict[str, object]:
        """What each of its pages tells of it."""

    @abstractmethod
    def over(self, request: HttpRequest, purchase: B) -> HttpResponse:
        """The page of what is not kept any more, with the ways on."""

    @abstractmethod
    def ask_for_proof(self, request: HttpRequest, purchase: B, token: str) -> HttpResponse:
        """The page of what costs nothing and waits for the link in our email."""

    def url(self, page: str, token: str) -> str:
        """Where one of its pages is: `check`, `pay`, `return`, `done`; empty: its own."""
        return reverse(f"{self.name}_{page}" if page else self.name, args=[token])

    def template(self, page: str) -> str:
        """The template of one of its pages."""
        return f"{self.templates}/{page}.html"


AnyRoad: TypeAlias = Road[Any]  # of a kind that the reader does not know


def private_page(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Keep a page with personal data out of indexes and shared caches."""

    @wraps(view)
    def answered(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(*args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        response["Cache-Control"] = "private, no-cache"
        return response

    return answered


def by_link(view: Callable[[HttpRequest, AnyRoad, B, str], HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the purchase that its token opens; 404 for a token that is not ours."""

    @wraps(view)
    def opened(request: HttpRequest, token: str, *, road: AnyRoad) -> HttpResponse:
        purchase = road.open(token)
        if purchase is None:
            raise Http404
        return view(request, road, purchase, token)

    return private_page(opened)


def see_what_came(request: HttpRequest, purchase: Purchase) -> bool:
    """Ask the provider how its payments stand; False when it does not say, or was asked too often from here.

    What it was not asked it tells us itself, a little later.
    """
    try:
        at_most(ASKED_A_MINUTE, "ask-provider", request)
    except TooOften:
        return False
    return see_what_was_paid(purchase)
