"""One migrated template database with two tenants, cloned for each worker and again after each committing test."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql

from shared_apps.tenants import routing
from shared_apps.tenants.context import enter
from shared_apps.tenants.middleware import PUBLIC
from tests.support.accounts import pay_with
from tests.support.servers import ROOT, Servers

TENANTS = [
    {"name": "Alpha Training", "slug": "alpha", "features": ["courses"]},
    {
        "name": "Beta Academy",
        "slug": "beta",
        "features": ["courses"],
        "time_zone": "Africa/Nairobi",
        "currency": "KES",
    },
]
BUILT_FROM = [
    "*/*/migrations/*.py", "shared_apps/tenants/schemas.py", "shared_apps/tenants/provisioning.py", "requirements.txt",
]  # fmt: skip


def fingerprint() -> str:
    """What the template is made of; another fingerprint means another template."""
    digest = hashlib.sha256(repr(TENANTS).encode())
    for pattern in BUILT_FROM:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def prepare(servers: Servers, *, rebuild: bool) -> str:
    """Make sure that the template exists and return its name; one worker builds, the others wait."""
    name = f"template_{fingerprint()}"
    with _only_one(servers.slot / "template.lock"):
        built_in_this_run = os.environ["MUSTER_TEST_RUN"]
        marker = servers.slot / "template.run"
        stale = rebuild and (not marker.exists() or marker.read_text() != built_in_this_run)
        if stale or not servers.postgres.has_database(name):
            _build(servers, name)
            marker.write_text(built_in_this_run)
    return name


def clone(servers: Servers, template: str) -> None:
    """Put a fresh copy of the template in the place of this worker's database."""
    _forget_connections()
    database = connections.settings["default"]["NAME"]
    _drop(servers, database)
    servers.postgres.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
            sql.Identifier(database), sql.Identifier(template)
        )
    )


def drop(servers: Servers) -> None:
    """Remove this worker's database."""
    _forget_connections()
    _drop(servers, connections.settings["default"]["NAME"])


def _drop(servers: Servers, database: str) -> None:
    servers.postgres.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def _forget_connections() -> None:
    enter(PUBLIC)
    connections.close_all()
    routing.cache.clear()


def _build(servers: Servers, name: str) -> None:
    from shared_apps.tenants.provisioning import create_tenant

    for old in _templates(servers):
        _drop(servers, old)
    servers.postgres.create_database("template_building")
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = "template_building"
    try:
        enter(PUBLIC)
        call_command("migrate", interactive=False, verbosity=0)
        for fields in TENANTS:
            pay_with(create_tenant(**fields), f"acct_{fields['slug']}")
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own
    servers.postgres.execute(sql.SQL("ALTER DATABASE template_building RENAME TO {}").format(sql.Identifier(name)))


def _templates(servers: Servers) -> list[str]:
    return servers.postgres.databases("template\\_%", but=["template0", "template1"])


@contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
