"""Answers that are kept in this process until a row they were made of changes.

Each app says which of its rows the public sees (`watch`). One small query reads a fingerprint of those
rows, at most once a second per tenant and process, and an answer is used again only while that
fingerprint stays. The database alone decides, so there is nothing to invalidate and nothing to forget;
nobody sees anything that is more than `settings.FRESH_SECONDS` old.
"""

import gzip
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any

from django.conf import settings
from django.db import DatabaseError, models
from django.http import HttpRequest, HttpResponse
from django.urls import get_script_prefix
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers

from shared_apps.core.db import connection

LONGEST = 60.0  # seconds: what depends on the time of day alone may be that late
LONGEST_QUERY = 300  # characters; made-up queries must not drive out what people ask for
MOST_TENANTS = 2_000

_watched: dict[type[models.Model], str] = {}
_states: dict[str, "State"] = {}
_objects: dict[tuple[str, type[models.Model]], tuple[str, Any]] = {}


@dataclass(frozen=True)
class State:
    """A fingerprint of each watched table of one tenant, and when it was read (monotonic seconds)."""

    at: float
    tables: dict[str, str]

    @property
    def whole(self) -> str:
        return "|".join(self.tables.values())

    def of(self, names: Collection[str]) -> str:
        """The part that these tables, or all tables of these apps, have in it."""
        return "|".join(
            mark for table, mark in self.tables.items() if table in names or table.partition("_")[0] in names
        )


@dataclass(frozen=True)
class Answer:
    """What a view said, and the state of the rows it said it of."""

    state: str
    until: float
    content: bytes
    headers: dict[str, str]

    @cached_property
    def packed(self) -> bytes:
        """For everybody alike, and without secrets: its length gives nothing away."""
        return gzip.compress(self.content, 6, mtime=0)

    def to(self, request: HttpRequest) -> HttpResponse:
        """The answer for whoever asks now: packed if they take it so, or only that they have it already."""
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            response = HttpResponse(self.packed, headers={**self.headers, "Content-Encoding": "gzip"})
        else:
            response = HttpResponse(self.content, headers=self.headers)
        return get_conditional_response(request, response["ETag"], None, response) or response


class Shelf:
    """The kept answers; the one that was not asked for the longest goes first."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Any, Answer] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Any, state: str) -> Answer | None:
        with self._lock:
            answer = self._answers.get(key)
            if answer is None or answer.state != state or answer.until < time.monotonic():
                return None
            self._answers.move_to_end(key)
            return answer

    def put(self, key: Any, answer: Answer) -> None:
        with self._lock:
            if old := self._answers.pop(key, None):
                self._bytes -= len(old.content)
            self._answers[key] = answer
            self._bytes += len(answer.content)
            while self._bytes > settings.KEPT_MEGABYTES * 1_000_000:
                self._bytes -= len(self._answers.popitem(last=False)[1].content)

    def clear(self) -> None:
        with self._lock:
            self._answers.clear()
            self._bytes = 0


_shelf = Shelf()


def watch(model: type[models.Model], where: str = "TRUE") -> None:
    """Public answers show rows of `model` (of its table, those that satisfy the SQL condition `where`)."""
    _watched[model] = where


def forget() -> None:
    """Begin anew, as a fresh process would."""
    _states.clear()
    _objects.clear()
    _shelf.clear()


def state() -> State:
    """How this tenant's public rows stand; at most `FRESH_SECONDS` old."""
    schema, moment = connection.schema_name, time.monotonic()
    known = _states.get(schema)
    if known is None or moment - known.at >= settings.FRESH_SECONDS:
        if len(_states) > MOST_TENANTS:
            _states.clear()
        with connection.cursor() as cursor:
            cursor.execute(_sql())
            # Of a changed row xmin and place are others; rows that come and go change the sum too.
            known = _states[schema] = State(moment, dict(cursor.fetchall()))
    return known


def recall(model: type[models.Model], load: Callable[[], Any]) -> Any:
    """What `load()` made of the watched `model` alone, until its rows change. Shared by threads: only to be read."""
    key, now = (connection.schema_name, model), state().tables[model._meta.db_table]
    found = _objects.get(key)
    if found is None or found[0] != now:
        if len(_objects) > MOST_TENANTS:
            _objects.clear()
        found = _objects[key] = (now, load())
    return found[1]


def kept(view: Callable[..., Any]) -> Callable[..., Any]:
    """Use the answers of a public view again, for those who bring no session and no token.

    The view must show the same to all of them, and of the database nothing but watched rows.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not _asks_as_anybody(request):
            return view(request, *args, **kwargs)
        key, now = _key(request), state().whole
        if answer := _shelf.get(key, now):
            return answer.to(request)
        response = view(request, *args, **kwargs)
        if hasattr(response, "add_post_render_callback") and not response.is_rendered:
            response.add_post_render_callback(lambda rendered: _keep(request, key, now, rendered))
        else:
            _keep(request, key, now, response)
        return response

    return wrapper


def kept_part(request: HttpRequest | None, name: Any, of: Collection[str], draw: Callable[[], str]) -> str:
    """The part of a page called `name`, as `draw` drew it of these apps' or tables' rows.

    `name` holds all else that it depends on. A seat that is sold changes a course page, but neither its
    syllabus nor its other dates.
    """
    if request is None or connection.schema_name == "public" or not _asks_as_anybody(request):
        return draw()
    try:
        now = state().of(of)
    except DatabaseError:  # the page that says so has a footer too
        return draw()
    key = ("part", name, *_place(request))
    if answer := _shelf.get(key, now):
        return answer.content.decode()
    drawn = draw()
    _shelf.put(key, Answer(now, time.monotonic() + LONGEST, drawn.encode(), {}))
    return drawn


def _asks_as_anybody(request: HttpRequest) -> bool:
    return (
        request.method in ("GET", "HEAD")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "Authorization" not in request.headers
        and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY
    )


def _key(request: HttpRequest) -> tuple[Any, ...]:
    asked = [request.headers.get(name) for name in ("HX-Request", "HX-History-Restore-Request", "HX-Boosted")]
    accept = request.headers.get("Accept") if request.path.startswith("/api/") else None
    return (*_place(request), request.get_full_path(), request.method, accept, *asked)


def _place(request: HttpRequest) -> tuple[Any, ...]:
    tenant = connection.tenant
    facts = ("base_url", "name", "modules", "currency", "locale", "time_zone", "kind")
    tenant_is = [str(getattr(tenant, fact, "")) for fact in facts]
    return (connection.schema_name, *tenant_is, request.scheme, request.get_host(), get_script_prefix())


def _keep(request: HttpRequest, key: Any, now: str, response: HttpResponse) -> None:
    # A view that gave out a CSRF token or a cookie has spoken to one visitor alone.
    personal = response.cookies or request.META.get("CSRF_COOKIE_NEEDS_UPDATE") or request.session.modified
    if response.status_code != 200 or response.streaming or personal:
        return
    patch_vary_headers(response, ["Cookie", "Authorization", "HX-Request", "Accept-Encoding"])
    patch_cache_control(response, no_cache=True)  # ask each time; the ETag makes that cheap
    response["ETag"] = f'W/"{hashlib.blake2b(response.content, digest_size=12).hexdigest()}"'
    answer = Answer(now, time.monotonic() + LONGEST, response.content, dict(response.headers.items()))
    _shelf.put(key, answer)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.content = answer.packed
        response["Content-Encoding"] = "gzip"


def _sql() -> str:
    quote = connection.ops.quote_name
    parts = []
    for model, where in _watched.items():
        table, pk = model._meta.db_table, str(model._meta.pk and model._meta.pk.column)
        rows = f"coalesce(sum(hashtextextended({quote(pk)} || '.' || xmin || ctid, 0)), 0)"
        parts.append(f"SELECT '{table}', count(*) || '.' || {rows} FROM {quote(table)} WHERE {where}")  # noqa: S608  (our own names)
    return " UNION ALL ".join(parts)
