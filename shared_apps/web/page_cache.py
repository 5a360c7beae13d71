"""The page cache: answers to everybody, kept in this process until a row they were made of changes.

Each app says which of its rows the public sees (`watch`). One small query reads a fingerprint of each of those
tables, at most once a second per tenant and process. While an answer is made, the tables it reads are noted, and it
is used again only while their fingerprints stay. The database alone decides, so there is nothing to invalidate and
nothing to forget; nobody sees anything that is more than `settings.PAGE_CACHE_SECONDS` old.
"""

import gzip
import hashlib
import re
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeGuard, TypeVar

from django.conf import settings
from django.db import DatabaseError, models
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.urls import get_script_prefix
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers

from shared_apps.core.db import connection
from shared_apps.web.bounded_cache import BoundedCache, digest
from shared_apps.web.kept_address import (
    asks_as_anybody,
    in_order,
    is_spelt_as_usual,
    only,
    takes_what_is_kept,
    wants_fragment,
)

LONGEST = 60.0  # seconds: what depends on the time of day alone may be that late
MOST_TENANTS = 2_000
MOST_ANSWERS = 3_000
MOST_ANSWERS_TO_QUERIES = 1_000
FOR_QUERIES = 1 / 4  # of the memory

T = TypeVar("T")
View = TypeVar("View", bound=Callable[..., HttpResponse])

_watched: dict[type[models.Model], str] = {}
_states: dict[str, "State"] = {}
_objects: dict[tuple[str, type[models.Model]], tuple[str, Any]] = {}


@dataclass(frozen=True)
class State:
    """A fingerprint of each watched table of one tenant, and when it was read (monotonic seconds)."""

    at: float
    tables: dict[str, str]

    def of(self, names: Collection[str]) -> bytes:
        """The part that these tables, or all tables of these apps, have in it."""
        marks = (mark for table, mark in self.tables.items() if table in names or table.partition("_")[0] in names)
        return hashlib.blake2b("|".join(marks).encode(), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a view said, packed, and the state of the tables it said it of. `until` in monotonic seconds."""

    tables: frozenset[str]
    state: bytes
    until: float
    packed: bytes
    headers: tuple[tuple[str, str], ...] = ()

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


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a page, as it was drawn, and the state of the rows it shows. `until` in monotonic seconds."""

    tables: frozenset[str]
    state: bytes
    until: float
    drawn: str


Kept = TypeVar("Kept", Answer, Part)


def _megabytes(share: float) -> Callable[[], float]:
    return lambda: settings.PAGE_CACHE_MEGABYTES * 1_000_000 * share


# Of queries there are as many as somebody cares to make up: they drive out one another, and nothing else.
_answers: BoundedCache[Answer | Part] = BoundedCache(_megabytes(1 - FOR_QUERIES), most=MOST_ANSWERS)
_queries: BoundedCache[Answer | Part] = BoundedCache(_megabytes(FOR_QUERIES), most=MOST_ANSWERS_TO_QUERIES)


_reading: ContextVar[set[str] | None] = ContextVar("tables that the present answer reads", default=None)
TABLES = re.compile(r'(?:FROM|JOIN) "(\w+)"')


def _find(cache: BoundedCache[Answer | Part], kind: type[Kept], key: bytes, now: State) -> Kept | None:
    """The answer or part under `key`, if it shows the rows as they are."""
    found = cache.get(key)
    if not isinstance(found, kind) or found.until < time.monotonic():
        return None
    return found if found.state == now.of(found.tables) else None


@contextmanager
def _noting_tables() -> Iterator[set[str]]:
    """The tables that this thread's queries read meanwhile, and those behind what is found in caches."""
    tables: set[str] = set()

    def note(execute: Callable[..., object], sql: str, params: object, many: bool, context: object) -> object:
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
    _queries.clear()


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


def recall(model: type[models.Model], load: Callable[[], T]) -> T:
    """What `load()` made of the watched `model` alone, until its rows change. Shared by threads: only to be read."""
    key, now = (connection.schema_name, model), state().tables[model._meta.db_table]
    _note([model._meta.db_table])
    found = _objects.get(key)
    if found is None or found[0] != now:
        if len(_objects) > MOST_TENANTS:
            _objects.clear()
        found = _objects[key] = (now, load())
    return found[1]


def cached_page(reads: Collection[str] | None = (), *, fragments: bool = False) -> Callable[[View], View]:
    """Use the answers of a public view again, for those who bring no session and no token.

    The view must show the same to all of them, and of the database nothing but watched rows. Of the query it sees and
    shows the parameters that it `reads` (None: all of them, for it refuses others), and with `fragments` a part of the
    page where htmx asks. It says `dont_cache(request)` for an answer that nobody else will ask for.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if reads:
                request.GET = only(reads, request.GET)  # type: ignore[assignment]
            if not asks_as_anybody(request) or not takes_what_is_kept(request):
                return view(request, *args, **kwargs)
            if request.GET.get("q"):  # words are many, and few people search for the same ones within a minute
                dont_cache(request)
            query = () if reads is not None and not reads else in_order(request.GET)
            cache, key = _queries if query else _answers, _key(request, query, fragments and wants_fragment(request))
            now = state()
            if answer := _find(cache, Answer, key, now):
                return answer.to(request)
            with _noting_tables() as tables:
                response = view(request, *args, **kwargs)
            if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:  # of the API: rows are read
                response.add_post_render_callback(lambda done: _keep(request, cache, key, now, tables, done))
            else:
                _keep(request, cache, key, now, tables, response)
            return response

        return wrapper  # type: ignore[return-value]

    return decorate


def dont_cache(request: Any) -> None:
    """The answer to this request is of use to nobody else: it would only take the place of others."""
    getattr(request, "_request", request).is_not_cached = True  # of the API's request, the one below it


def keeps_parts(request: HttpRequest | None) -> TypeGuard[HttpRequest]:
    """Whether parts of the page that answers `request` are kept; if not, nobody need work out what they depend on."""
    if request is None or connection.schema_name == "public" or not settings.PAGE_CACHE_MEGABYTES:
        return False
    return asks_as_anybody(request)


def cached_part(request: HttpRequest, name: object, of: Collection[str], draw: Callable[[], str]) -> str:
    """The part of a page called `name`, as `draw` drew it of these apps' or tables' rows.

    `name` holds all else that it depends on. A seat that is sold changes a course page, but neither its
    syllabus nor its other dates.
    """
    if not keeps_parts(request):
        return draw()
    try:
        now = state()
    except DatabaseError:  # the page that says so has a footer too
        return draw()
    _note(of)
    key = digest("part", name, _place(request))
    if part := _find(_answers, Part, key, now):
        return str(part.drawn)
    drawn = draw()
    if is_spelt_as_usual(request):
        _answers.put(key, Part(_names(of), now.of(of), time.monotonic() + LONGEST, str(drawn)))
    return drawn


def _names(tables: Collection[str]) -> frozenset[str]:
    return frozenset(map(sys.intern, tables))


def _key(request: HttpRequest, query: tuple[tuple[str, str], ...], is_fragment: bool) -> bytes:
    return digest(_place(request), request.path, query, is_fragment)


def _place(request: HttpRequest) -> bytes:
    """The tenant, with what pages show of it, and the address it was reached by."""
    if (place := getattr(request, "place_of_answers", None)) is None:
        tenant = connection.tenant
        facts = ["base_url", "name", "features", "currency", "locale", "time_zone", "kind"]
        facts += ["accounts_mark", "clock_ahead"]  # whether one can pay, and what time it is
        tenant_is = [str(getattr(tenant, fact, "")) for fact in facts]
        address = (request.scheme, request.get_host(), get_script_prefix())
        place = digest(connection.schema_name, tenant_is, address)
        vars(request)["place_of_answers"] = place
    return place


def _keep(
    request: HttpRequest,
    cache: BoundedCache[Answer | Part],
    key: bytes,
    now: State,
    read: set[str],
    response: HttpResponse,
) -> None:
    # A view that gave out a CSRF token or a cookie has spoken to one visitor alone.
    personal = response.cookies or request.META.get("CSRF_COOKIE_NEEDS_UPDATE") or request.session.modified
    if response.status_code != 200 or response.streaming or personal:
        return
    patch_vary_headers(response, ["Cookie", "Authorization", "HX-Request", "Accept-Encoding"])
    patch_cache_control(response, no_cache=True)  # ask each time; the ETag makes that cheap
    response["ETag"] = f'W/"{hashlib.blake2b(response.content, digest_size=12).hexdigest()}"'
    is_kept = is_spelt_as_usual(request) and not getattr(request, "is_not_cached", False)
    goes_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    if not (goes_packed or (is_kept and settings.PAGE_CACHE_MEGABYTES)):
        return
    # For everybody alike, and without secrets: the length of what is packed gives nothing away.
    packed = gzip.compress(response.content, 6, mtime=0)
    if is_kept:
        headers = tuple(response.headers.items())
        cache.put(key, Answer(_names(read), now.of(read), time.monotonic() + LONGEST, packed, headers))
    if goes_packed:
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
