"""Clients and small helpers of tests that work at a tenant."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.conf import settings
from django.db import connection, connections
from django.test import Client

from shared_apps.tenants.context import enter, tenant_context
from tests.support.waiting import wait_until


class SiteClient(Client):
    """Django's test client as a browser at one provider: under its slug, on its host, or at its API.

    Paths are those of the provider's own pages (`/courses/`, or `reverse(…)`). What the connection
    pointed at before a request it points at after it.
    """

    def __init__(self, tenant: Any, *, on_host: bool = False, api: bool = False, **defaults: Any) -> None:
        self.tenant = tenant
        if on_host:
            self.prefix = "/api" if api else ""
            defaults.setdefault("HTTP_HOST", f"{tenant.slug}.localhost:{settings.PORT}")
        else:
            defaults.setdefault("HTTP_HOST", f"localhost:{settings.PORT}")
            self.prefix = f"/api/tenant/{tenant.slug}" if api else f"/{tenant.slug}"
        super().__init__(**defaults)

    def generic(self, method: str, path: str, *args: Any, **extra: Any) -> Any:  # type: ignore[override]
        if self.prefix and path.startswith("/") and not f"{path}/".startswith(f"{self.prefix}/"):
            path = self.prefix + path
        return super().generic(method, path, *args, **extra)

    def request(self, **request: Any) -> Any:
        before = connection.tenant  # type: ignore[attr-defined]
        try:
            return super().request(**request)
        finally:
            enter(before)

    def sign_in(self, user: Any) -> "SiteClient":
        """Be `user` from now on."""
        with tenant_context(self.tenant):
            self.force_login(user)
            session = self.session
            session["_tenant"] = self.tenant.schema_name
            session.save()
        self.cookies[f"sessionid-{self.tenant.slug}"] = self.cookies.pop("sessionid").value
        return self


def all_at_once(tenant: Any, calls: list[Callable[[], Any]]) -> list[Any]:
    """Run the calls in threads that begin together, each with a connection of its own at `tenant`.

    Returns what each returned, or the exception it raised, in the order of the calls.
    """
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            with tenant_context(tenant):
                connection.ensure_connection()
                start.wait(20)
                return call()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def begin_behind(tenant: Any, call: Callable[[], Any], threads: ThreadPoolExecutor) -> Future[Any]:
    """Run `call` in one of `threads` at `tenant`, and go on once it waits for what this transaction has locked."""

    def run() -> Any:
        try:
            with tenant_context(tenant):
                return call()
        finally:
            connections.close_all()

    done = threads.submit(run)
    wait_until(_somebody_waits, "the other one to wait for this transaction", seconds=20)
    return done


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:  # pg_stat_activity stays as it is in a transaction
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        cursor.execute(waiting)
        return bool(cursor.fetchone()[0])
