"""Which tenant a request belongs to, and how much of its path only says so."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http.request import split_domain_port

from shared_apps.core.db import connection
from shared_apps.tenants import broadcast
from shared_apps.tenants.context import public_context
from shared_apps.tenants.models import Domain, Tenant, TenantStatus

# First path segments of the platform itself: no tenant may be called like this.
RESERVED = {
    "accounts", "account", "admin", "api", "app", "assets", "auth", "billing", "blog", "book", "cdn", "console",
    "courses", "demo", "dev", "docs", "favicon", "find", "health", "healthz", "help", "localhost", "login", "logout",
    "mail", "media", "metrics", "muster", "my", "operator", "platform", "pricing", "public", "readyz", "robots", "root",
    "sandbox", "security", "sign-up", "signup", "sitemap", "start", "static", "status", "styleguide", "support",
    "system", "template", "test", "trainers", "well-known", "webhooks", "www",
}  # fmt: skip

SLUG = r"[a-zA-Z][a-zA-Z0-9-]*"  # telephones and posters begin with a capital: those are sent to the right address
API_PREFIX = re.compile(rf"^(/api/tenant/)({SLUG})(?=/|$)")
SLUG_PREFIX = re.compile(rf"^(/)({SLUG})(?=/|$)")


@dataclass(frozen=True)
class Route:
    """Where a request goes. `tenant` None is the platform; `missing` means nobody lives there.

    `moved` is the right address where the slug came with capitals.
    """

    tenant: Tenant | None = None
    prefix: str = ""
    urlconf: str = settings.PUBLIC_SCHEMA_URLCONF
    missing: bool = False
    moved: str = ""


# Of a changed row the transaction and the place are others; rows that come and go change the sum too.
STATE = """
    SELECT concat_ws('.', count(*), sum(hashtextextended(concat_ws('.', kind, id, xmin, ctid), 0))) FROM (
        SELECT 'tenant' AS kind, id, xmin, ctid FROM tenants_tenant
        UNION ALL SELECT 'domain', id, xmin, ctid FROM tenants_domain
        UNION ALL SELECT 'account', id, xmin, ctid FROM tenants_provideraccount
    ) AS rows
"""


class _Cache:
    """Tenants by host or slug, and the answer that there is none, until one or its domains or accounts change.

    Whoever changes one tells us (`forget`). In case we do not hear it, one query every few seconds looks
    whether anything has changed, however many tenants there are.
    """

    def __init__(self) -> None:
        self._entries: dict[str, Tenant | None] = {}
        self._cleared = 0
        self._state = ""
        self._next_look = 0.0

    def get(self, key: str, load: Callable[[], Tenant | None]) -> Tenant | None:
        if time.monotonic() >= self._next_look:
            self._look()
        entries, cleared = self._entries, self._cleared
        if key in entries:
            return entries[key]
        found = load()
        if cleared == self._cleared:  # else what was just read may be what had to be forgotten
            if len(entries) > 10_000:  # a scan of made-up names must not fill the memory
                entries.clear()
            entries[key] = found
        return found

    def clear(self) -> None:
        self._cleared += 1
        self._entries = {}
        self._next_look = 0.0

    def _look(self) -> None:
        self._next_look = time.monotonic() + settings.TENANT_CACHE_SECONDS  # meanwhile the other threads go on
        try:
            with public_context(), connection.cursor() as cursor:
                cursor.execute(STATE)
                [state] = cursor.fetchone()
        except Exception:
            self._next_look = 0.0
            raise
        if state != self._state:
            self._cleared += 1
            self._entries, self._state = {}, state


cache = _Cache()
TOPIC = "tenants"


def forget(tenant: Tenant) -> None:
    """Let every process look `tenant`, its domains and accounts up anew: now, and once the transaction is committed.

    Whoever writes a `Tenant`, a `Domain` or a `ProviderAccount` calls this. A process that does not hear it, because
    Redis is away, is right again after TENANT_CACHE_SECONDS.
    """
    broadcast.publish(TOPIC, {"schema": tenant.schema_name})


# All of it: an answer "nobody lives here" may be wrong now, too, and each entry is one query.
broadcast.subscribe(TOPIC, lambda _: cache.clear())


def tenant_by_slug(slug: str) -> Tenant | None:
    """The tenant called `slug`, in any status."""

    def load() -> Tenant | None:
        with public_context():
            return Tenant.objects.with_all().filter(slug=slug).first()

    return None if slug in RESERVED else cache.get(f"slug:{slug}", load)


def tenant_by_host(host: str) -> Tenant | None:
    """The tenant that has proven `host` to be its own."""

    def load() -> Tenant | None:
        with public_context():
            domain = Domain.objects.filter(domain=host, verified_at__isnull=False).first()
            return Tenant.objects.with_all().get(pk=domain.tenant_id) if domain else None

    return cache.get(f"host:{host}", load)


def resolve(host: str, path: str) -> Route:
    """The route of `path` at `host` (with or without a port).

    A tenant's host is that tenant's alone; the main hosts carry the platform, `/<slug>/…` and
    `/api/tenant/<slug>/…`. A closed or half-made tenant is as missing as one that never was.
    """
    name = split_domain_port(host.lower())[0].rstrip(".")
    if name not in settings.MAIN_HOSTS:
        return _route(tenant_by_host(name), "", settings.TENANT_URLCONF, known_place=True)
    if match := API_PREFIX.match(path):
        return _below(match, path, settings.API_URLCONF, known_place=True)
    if match := SLUG_PREFIX.match(path):
        return _below(match, path, settings.TENANT_URLCONF, known_place=False)
    return Route()


def _below(match: re.Match[str], path: str, urlconf: str, *, known_place: bool) -> Route:
    slug = match[2].lower()
    route = _route(tenant_by_slug(slug), match[0], urlconf, known_place=known_place)
    if route.tenant and slug != match[2]:
        return Route(moved=f"{match[1]}{slug}{path[match.end() :]}")
    return route


def _route(tenant: Tenant | None, prefix: str, urlconf: str, *, known_place: bool) -> Route:
    if tenant is None or tenant.status not in (TenantStatus.ACTIVE, TenantStatus.SUSPENDED):
        return Route(missing=known_place or tenant is not None)
    return Route(tenant, prefix, urlconf)
