"""The page cache: answers to everybody, kept in this process until a row they were made of changes.

Each app says which of its rows the public sees (`watch`). One small query reads a fingerprint of each of those
tables, at most once a second per tenant and process. While an answer is made, the tables it reads are noted, and it
is used again only while their fingerprints stay. The database alone decides, so there is nothing to invalidate and
nothing to forget; nobody sees anything that is more than `settings.PAGE_CACHE_SECONDS` old.
"""

import gzip
import hashlib
import re
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import DatabaseError, models
from django.http import HttpRequest, HttpResponse
from django.urls import get_script_prefix
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers

from shared_apps.core.db import connection
from shared_apps.web.bounded_cache import BoundedCache, digest

LONGEST = 60.0  # seconds: what depends on the time of day alone may be that late
LONGEST_QUERY = 300  # characters; made-up queries must not drive out what people ask for
MOST_TENANTS = 2_000
MOST_ANSWERS = 4_000
JSON_AS_IT_IS = {"*/*", "application/*", "application/json"}

_watched: dict[type[models.Model], str] = {}
_states: dict[str, "State"] = {}
_objects: dict[tuple[str, type[models.Model]], tuple[str, Any]] = {}


@dataclass(frozen=True)
class State:
    """A fingerprint of each watched table of one tenant, and when it was read (monotonic seconds)."""

    at: float
    tables: dict[str, str]

    def of(self, names: Collection[str]) -> str:
        """The part that these tables, or all tables of these apps, have in it."""
        return "|".join(
            mark for table, mark in self.tables.items() if table in names or table.partition("_")[0] in names
        )


@dataclass(frozen=True)
class Answer:
    """What a view said, packed, and the state of the tables it said it of. `until` in monotonic seconds."""

    tables: frozenset[str]
    state: str
    until: float
    packed: bytes
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def cost(self) -> int:
        """Its bytes in memory; the state is shared by all answers of one moment."""
        texts = [*self.tables, *(text for header in self.headers for text in header)]
        return len(self.packed) + sum(60 + len(text) for text in texts)

    @property
    def content(self) -> bytes:
        return gzip.decompress(self.packed)

    def to(self, request: HttpRequest) -> HttpResponse:
        """The answer for whoever asks now: packed if they take it so, or only that they have it already."""
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            response = HttpResponse(self.packed, headers={**dict(self.headers), "Content-Encoding": "gzip"})
        else:
            response = HttpResponse(self.content, headers=dict(self.headers))
        return get_conditional_response(request, response["ETag"], None, response) or response


@dataclass(frozen=True)
class Part:
    """A piece of a page, as it was drawn, and the state of the rows it shows. `until` in monotonic seconds."""

    tables: frozenset[str]
    state: str
    until: float
    drawn: str


_answers: BoundedCache[Any] = BoundedCache(lambda: settings.PAGE_CACHE_MEGABYTES * 1_000_000, most=MOST_ANSWERS)


_reading: ContextVar[set[str] | None] = ContextVar("tables that the present answer reads", default=None)
TABLES = re.compile(r'(?:FROM|JOIN) "(\w+)"')


def _find(key: bytes, now: State) -> Any:
    """The answer or part under `key`, if it shows the rows as they are."""
    found = _answers.get(key)
    return found if found and found.until >= time.monotonic() and found.state == now.of(found.tables) else None


@contextmanager
def _noting_tables() -> Iterator[set[str]]:
    """The tables that this thread's queries read meanwhile, and those behind what is found in caches."""
    tables: set[str] = set()

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        _note(TABLES.findall(sql))
        return execute(sql, params, many, context)

    token = _reading.set(tables)
    try:
        with connection.execute_wrapper(note):
            yield tables
    finally:
        _reading.reset(token)


def _note(names: Collection[str]) -> None:
    if (tables := _reading.get()) is not None:
        tables.update(names)


def watch(model: type[models.Model], where: str = "TRUE") -> None:
    """Public answers show rows of `model` (of its table, those that satisfy the SQL condition `where`)."""
    _watched[model] = where


def forget() -> None:
    """Begin anew, as a fresh process would."""
    _states.clear()
    _objects.clear()
    _answers.clear()


def state() -> State:
    """How this tenant's public rows stand; at most `PAGE_CACHE_SECONDS` old."""
    schema, moment = connection.schema_name, time.monotonic()
    known = _states.get(schema)
    if known is None or moment - known.at >= settings.PAGE_CACHE_SECONDS:
        if len(_states) > MOST_TENANTS:
            _states.clear()
        no_answer_s = _reading.set(None)  # it reads all watched tables, whatever answer is being made
        try:
            with connection.cursor() as cursor:
                cursor.execute(_sql())
                # Of a changed row xmin and place are others; rows that come and go change the sum too.
                known = _states[schema] = State(moment, dict(cursor.fetchall()))
        finally:
            _reading.reset(no_answer_s)
    return known


def recall(model: type[models.Model], load: Callable[[], Any]) -> Any:
    """What `load()` made of the watched `model` alone, until its rows change. Shared by threads: only to be read."""
    key, now = (connection.schema_name, model), state().tables[model._meta.db_table]
    _note([model._meta.db_table])
    found = _objects.get(key)
    if found is None or found[0] != now:
        if len(_objects) > MOST_TENANTS:
            _objects.clear()
        found = _objects[key] = (now, load())
    return found[1]


def cached_page(view: Callable[..., Any]) -> Callable[..., Any]:
    """Use the answers of a public view again, for those who bring no session and no token.

    The view must show the same to all of them, and of the database nothing but watched rows. It says
    `dont_cache(request)` for an answer that nobody else will ask for.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not _asks_as_anybody(request) or not _takes_what_is_kept(request):
            return view(request, *args, **kwargs)
        if request.GET.get("q"):  # words are many, and few people search for the same ones within a minute
            dont_cache(request)
        key, now = _key(request), state()
        if answer := _find(key, now):
            return answer.to(request)
        with _noting_tables() as tables:
            response = view(request, *args, **kwargs)
        if (
            hasattr(response, "add_post_render_callback") and not response.is_rendered
        ):  # of the API: rows are read by now
            response.add_post_render_callback(lambda rendered: _keep(request, key, now, tables, rendered))
        else:
            _keep(request, key, now, tables, response)
        return response

    return wrapper


def dont_cache(request: Any) -> None:
    """The answer to this request is of use to nobody else: it would only take the place of others."""
    getattr(request, "_request", request).is_not_cached = True  # of the API's request, the one below it


def cached_part(request: HttpRequest | None, name: Any, of: Collection[str], draw: Callable[[], str]) -> str:
    """The part of a page called `name`, as `draw` drew it of these apps' or tables' rows.

    `name` holds all else that it depends on. A seat that is sold changes a course page, but neither its
    syllabus nor its other dates.
    """
    if request is None or connection.schema_name == "public" or not _asks_as_anybody(request):
        return draw()
    try:
        now = state()
    except DatabaseError:  # the page that says so has a footer too
        return draw()
    _note(of)
    key = digest("part", name, _place(request))
    if part := _find(key, now):
        return str(part.drawn)
    drawn = draw()
    part = Part(frozenset(of), now.of(of), time.monotonic() + LONGEST, drawn)
    _answers.put(key, part, 2 * len(drawn) + len(part.state))
    return drawn


def _asks_as_anybody(request: HttpRequest) -> bool:
    return (
        request.method in ("GET", "HEAD")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "Authorization" not in request.headers
        and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY
    )


def _takes_what_is_kept(request: HttpRequest) -> bool:
    """Whether `Accept` allows the one form in which answers of the API are kept. Pages have but one form."""
    accept = request.headers.get("Accept", "*/*")
    if not request.path.startswith("/api/") or accept in JSON_AS_IT_IS:
        return True
    wanted = [each.partition(";") for each in accept[:LONGEST_QUERY].split(",")]
    return any(
        kind.strip() in JSON_AS_IT_IS and (not more or more.strip().startswith("q=")) for kind, _, more in wanted
    )


def _key(request: HttpRequest) -> bytes:
    flags = [request.headers.get(name) == "true" for name in ("HX-Request", "HX-History-Restore-Request", "HX-Boosted")]
    return digest(_place(request), request.get_full_path(), request.method, flags)


def _place(request: HttpRequest) -> tuple[Any, ...]:
    tenant = connection.tenant
    facts = ["base_url", "name", "modules", "currency", "locale", "time_zone", "kind"]
    facts += ["stripe_account", "stripe_disconnected_at"]  # whether one can pay
    tenant_is = [str(getattr(tenant, fact, "")) for fact in facts]
    return (connection.schema_name, *tenant_is, request.scheme, request.get_host(), get_script_prefix())


def _keep(request: HttpRequest, key: bytes, now: State, read: set[str], response: HttpResponse) -> None:
    # A view that gave out a CSRF token or a cookie has spoken to one visitor alone.
    personal = response.cookies or request.META.get("CSRF_COOKIE_NEEDS_UPDATE") or request.session.modified
    if response.status_code != 200 or response.streaming or personal:
        return
    patch_vary_headers(response, ["Cookie", "Authorization", "HX-Request", "Accept-Encoding"])
    patch_cache_control(response, no_cache=True)  # ask each time; the ETag makes that cheap
    response["ETag"] = f'W/"{hashlib.blake2b(response.content, digest_size=12).hexdigest()}"'
    # For everybody alike, and without secrets: the length of what is packed gives nothing away.
    packed = gzip.compress(response.content, 6, mtime=0)
    if not getattr(request, "is_not_cached", False):
        tables = frozenset(read)
        answer = Answer(tables, now.of(tables), time.monotonic() + LONGEST, packed, tuple(response.headers.items()))
        _answers.put(key, answer, answer.cost)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.content = packed
        response["Content-Encoding"] = "gzip"


def _sql() -> str:
    quote = connection.ops.quote_name
    parts = []
    for model, where in _watched.items():
        table, pk = model._meta.db_table, str(model._meta.pk and model._meta.pk.column)
        rows = f"coalesce(sum(hashtextextended({quote(pk)} || '.' || xmin || ctid, 0)), 0)"
        parts.append(f"SELECT '{table}', count(*) || '.' || {rows} FROM {quote(table)} WHERE {where}")  # noqa: S608  (our own names)
    return " UNION ALL ".join(parts)
