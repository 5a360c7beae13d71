"""What finding the tenant costs: one view behind the tenant's middleware, and without it."""

import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from bench.figures import Figure

ROUNDS, REQUESTS = 15, 300


def view(request: Any) -> Any:
    """One question to the database, as a page would have."""
    from django.db import connection
    from django.http import HttpResponse

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok")


def measure() -> Iterator[Figure]:
    """CPU of this process; rounds with and without take turns, so that both meet the same machine."""
    from django.db import connection

    connection.settings_dict["CONN_MAX_AGE"] = None  # to connect anew costs ten times what is measured
    with_tenancy, without = [], []
    for _ in range(ROUNDS):
        without.append(_round([], "/bench/"))
        with_tenancy.append(_round(["shared_apps.tenants.middleware.TenantMiddleware"], "/bristol-gas-training/bench/"))
    ratio = median(a / b for a, b in zip(with_tenancy, without, strict=True))
    how = f"CPU per request against the same view without tenancy; median of {ROUNDS} pairs of {REQUESTS} requests"
    absolute = f"{min(with_tenancy):.3g} ms to {min(without):.3g} ms"
    yield Figure("Finding the tenant", ratio, "×", 3, how, absolute)


def _round(middleware: list[str], path: str) -> float:
    from django.test import RequestFactory, override_settings
    from django.urls import clear_url_caches

    urls = "bench.routing_urls"
    changed = {"MIDDLEWARE": middleware, "ROOT_URLCONF": urls, "TENANT_URLCONF": urls, "DEBUG": False}
    with override_settings(**changed):
        from django.core.handlers.wsgi import WSGIHandler

        clear_url_caches()
        handler, requests = WSGIHandler(), RequestFactory(headers={"host": "localhost"})
        environs = [requests.get(path).environ for _ in range(REQUESTS + 50)]
        for environ in environs[:50]:
            assert _status(handler, environ) == "200 OK"
        began = time.process_time()
        for environ in environs[50:]:
            _status(handler, environ)
        return (time.process_time() - began) / REQUESTS * 1000


def _status(handler: Any, environ: dict[str, Any]) -> str:
    said: list[str] = []
    response = handler(environ, lambda status, headers: said.append(status))
    response.close()
    return said[0]
