"""Tenants by the hundred: making one, migrating them all, and serving them from the same processes."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from bench.client import Ask, send
from bench.figures import Figure, Pair
from bench.site import ROOT, Site, here, running

PORT = 8291
MEMORY = Path("/dev/shm")  # noqa: S108
MADE = 60  # tenants made in each way
FEW, MANY, MIGRATED, BLOCKS = 3, 300, 200, 3
NEXT = """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("catalogue", {after!r})]
    operations = [migrations.AddField("course", "level", models.CharField(max_length=20, db_default="basic"))]
"""


@dataclass
class Spent:
    """What some work took: CPU of this process and of Postgres, and time by the clock; both in milliseconds."""

    cpu: float
    clock: float


def measure() -> Iterator[Figure]:
    """The figures, measured by a process of its own on a site of its own."""
    command = [sys.executable, "-m", "bench.tenants", "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        for line in child.stdout:
            yield Figure(**json.loads(line))
    if child.returncode:
        raise RuntimeError("Measuring tenants failed.")


def figures(port: int = PORT) -> Iterator[Figure]:
    """Measure in this process, which becomes one of the site's.

    In memory where there is room: three hundred tenants are two gigabytes of small files, and no disk is measured.
    """
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 5_000_000_000:
        tempfile.tempdir = str(MEMORY)
    # Whether rows have changed is looked up for every page, as it is when a tenant is visited now and then: else the
    # three would be cheaper for being visited more often, not for being few.
    os.environ["PAGE_CACHE_SECONDS"] = "0"
    with running(port, demo=False, workers=1) as site:
        here(site.env)
        yield from _making(site)
        yield from _serving(site)
        yield from _migrating(site)


def _making(site: Site) -> Iterator[Figure]:
    from django.conf import settings

    from shared_apps.tenants import spares
    from shared_apps.tenants.schemas import template_sql

    settings.SPARE_SCHEMAS = 0  # what is taken is not made good meanwhile
    _create("first")
    bare, replayed = [], []
    sql = template_sql()
    for n in range(MADE):
        bare.append(_spent(site, partial(_bare, sql, f"bare_{n}")))
        replayed.append(_spent(site, partial(_create, f"replayed-{n}")))
    _drop_bare()
    settings.SPARE_SCHEMAS = MADE
    spares.refill()
    settings.SPARE_SCHEMAS = 0
    renamed = [_spent(site, partial(_create, f"renamed-{n}")) for n in range(MADE)]
    ratio = sum(one.cpu for one in replayed) / sum(one.cpu for one in bare)
    clocks = [median(one.clock for one in some) for some in (bare, replayed, renamed)]
    yield Figure(
        "Making a tenant, against its bare tables", ratio, "×", 1.2,
        "CPU of create_tenant with Postgres, against the same SQL sent by itself in one round trip and transaction,"
        f" {MADE} times in turn",
        f"by the clock {clocks[1]:.0f} ms to {clocks[0]:.0f} ms",
    )  # fmt: skip
    taken = Pair(sum(one.cpu for one in renamed) / MADE, sum(one.cpu for one in bare) / MADE)
    yield Figure(
        "Making a tenant from a spare schema", taken.ratio, "×", 0.6,
        "CPU of create_tenant with Postgres, against the bare tables", f"{taken}; by the clock {clocks[2]:.0f} ms",
    )  # fmt: skip


def _serving(site: Site) -> Iterator[Figure]:
    from shared_apps.tenants.models import Tenant

    for n in range(MANY - Tenant.objects.count()):
        _create(f"more-{n}")
    _settle()
    slugs = list(Tenant.objects.order_by("created_at").values_list("slug", flat=True))
    _visit(site, slugs)
    few = many = 0.0
    for _ in range(BLOCKS):  # in turn, so that both meet the same machine
        few += _visit(site, slugs[:FEW] * (len(slugs) // FEW))
        many += _visit(site, slugs)
    count = BLOCKS * len(slugs)
    yield Figure(
        f"A page with {len(slugs)} tenants, against {FEW}", many / few, "×", 1.2,
        f"CPU of web and Postgres for the list of courses, drawn anew for each of {count} visitors, at one tenant after"
        " the other", f"{many / count * 1000:.1f} ms to {few / count * 1000:.1f} ms",
    )  # fmt: skip
    yield Figure(
        f"A connection that has served {len(slugs)} tenants", _fattest_backend(site), "MiB", None,
        "Memory that no other process shares; Postgres forgets no table until the connection ends, after five minutes",
    )  # fmt: skip


def _migrating(site: Site) -> Iterator[Figure]:
    from django.conf import settings

    from shared_apps.tenants import migrating
    from shared_apps.tenants.models import Tenant
    from tenant_apps.catalogue import migrations

    schemas = list(Tenant.objects.order_by("created_at").values_list("schema_name", flat=True))[:MIGRATED]
    migrating.migrate(schemas)
    bare = _spent(site, lambda: _add_bare_columns(schemas)).cpu / MIGRATED
    check = [_spent(site, lambda: migrating.migrate(schemas)) for _ in range(5)]
    found = Pair(sum(one.cpu for one in check) / 5 / MIGRATED, bare)
    yield Figure(
        "Finding that nothing is to be migrated", found.ratio, "×", 2,
        f"CPU with Postgres for each of {MIGRATED} tenants, against a bare ALTER TABLE that adds a column",
        f"{found}; by the clock {median(one.clock for one in check):.0f} ms for all",
    )  # fmt: skip
    own = Path(next(iter(migrations.__path__)))
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "bench_next"
        package.mkdir()
        (package / "__init__.py").write_text(f"__path__ += [{str(own)!r}]\n")
        (package / "0999_next.py").write_text(NEXT.format(after=max(path.stem for path in own.glob("0*.py"))))
        sys.path.insert(0, folder)
        settings.MIGRATION_MODULES = {"catalogue": "bench_next"}
        spent = _spent(site, lambda: _all_migrated(migrating.migrate(schemas), MIGRATED))
    added = Pair(spent.cpu / MIGRATED, bare)
    yield Figure(
        "Adding a column to each tenant", added.ratio, "×", 10,
        "CPU with Postgres for each of them, writing the SQL down included, against the same bare ALTER TABLE",
        f"{added}; by the clock {spent.clock:.0f} ms for all",
    )  # fmt: skip


def _all_migrated(outcome: Any, count: int) -> None:
    if len(outcome.migrated) != count:
        raise RuntimeError(f"Only {len(outcome.migrated)} of {count} were migrated: {outcome.failed}")


def _create(slug: str) -> None:
    from shared_apps.tenants.provisioning import create_tenant

    create_tenant(name=slug.title(), slug=slug, features=["courses"])


def _bare(sql: str, schema: str) -> None:
    from shared_apps.core.db import connection
    from shared_apps.tenants.schemas import TEMPLATE

    connection.ensure_connection()
    connection.connection.execute(f"BEGIN; {sql.replace(TEMPLATE, schema)}; COMMIT".encode(), prepare=False)  # type: ignore[attr-defined]


def _add_bare_columns(schemas: list[str]) -> None:
    """What adding a column takes when nothing else is done: one statement and transaction for each schema."""
    from shared_apps.core.db import connection

    with connection.cursor() as cursor:
        for schema in schemas:
            cursor.execute(f"ALTER TABLE {schema}.catalogue_course ADD bare varchar(20) NOT NULL DEFAULT 'basic'")


def _drop_bare() -> None:
    from shared_apps.core.db import connection

    with connection.cursor() as cursor:
        for n in range(MADE):
            cursor.execute(f"DROP SCHEMA bare_{n} CASCADE")


def _settle() -> None:
    """What a database does by itself after so many tables were made, done before it is measured."""
    from shared_apps.core.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("CHECKPOINT")
        for table in ("pg_class", "pg_attribute", "pg_index", "pg_constraint", "pg_depend", "pg_type"):
            cursor.execute(f"VACUUM ANALYZE pg_catalog.{table}")


def _visit(site: Site, slugs: list[str]) -> float:
    """CPU seconds of web and Postgres for a page of each of `slugs`; whoever brings a token gets none that was kept."""
    asks = [Ask(f"/{slug}/courses/", headers={"Authorization": "none"}) for slug in slugs]
    before = site.cpu()
    send(site.port, asks).all_are(200)
    return (site.cpu() - before).both


def _fattest_backend(site: Site) -> float:
    assert site.postgres.child
    backends = psutil.Process(site.postgres.child.process.pid).children()
    used = []
    for backend in backends:
        with suppress(psutil.NoSuchProcess):  # vacuum comes and goes
            used.append(backend.memory_full_info().uss)
    return max(used) / 2**20


def _spent(site: Site, work: Callable[[], object]) -> Spent:
    me = psutil.Process()
    postgres, own, began = site.cpu().postgres, sum(me.cpu_times()[:2]), time.perf_counter()
    work()
    clock = time.perf_counter() - began
    cpu = sum(me.cpu_times()[:2]) - own + site.cpu().postgres - postgres
    return Spent(cpu * 1000, clock * 1000)


if __name__ == "__main__":
    for one in figures():
        told = f"{one.name}: {one.value:.2f} {one.unit} (limit {one.limit}). {one.how}"
        sys.stdout.write((json.dumps(asdict(one)) if "--json" in sys.argv else told) + "\n")
        sys.stdout.flush()
