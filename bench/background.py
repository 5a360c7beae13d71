"""What a thousand tenants cost while nobody does anything, and how soon what is due begins."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from bench.figures import Figure
from bench.site import ROOT, Site, here, running, tree, working
from config import processes

PORT = 8292
TENANTS = 1000  # rows of the platform and wake-ups
REAL = 40  # of them with a schema: as many as are looked at in the time that is measured
IDLE = 120.0  # seconds that are measured
DUE = 30  # things that become due, each at another time and another tenant


def measure() -> Iterator[Figure]:
    """The figures, measured by a process of its own on a site of its own."""
    command = [sys.executable, "-m", "bench.background", "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        for line in child.stdout:
            yield Figure(**json.loads(line))
    if child.returncode:
        raise RuntimeError("Measuring background work failed.")


def figures(port: int = PORT) -> Iterator[Figure]:
    """Measure in this process, which becomes one of the site's."""
    with running(port, demo=False, workers=1) as site:
        here(site.env)
        _make_tenants()
        with working(site) as workers:
            time.sleep(15)  # what a start does
            yield from _idle(site, workers)
            yield from _punctual()


def _make_tenants() -> None:
    from shared_apps.core.time import now
    from shared_apps.tenants.models import Tenant, TenantStatus, WakeUp
    from shared_apps.tenants.provisioning import create_tenant

    for n in range(REAL):
        create_tenant(name=f"School {n}", slug=f"school-{n}", features=["courses"])
    Tenant.objects.bulk_create(
        Tenant(name=f"Row {n}", slug=f"row-{n}", schema_name=f"t_row_{n}", status=TenantStatus.ACTIVE)
        for n in range(TENANTS - REAL)
    )
    # Each waits for something, as most do: a session that begins some day.
    later = now() + timedelta(days=3)
    WakeUp.objects.bulk_create(WakeUp(schema_name=f"t_row_{n}", at=later) for n in range(TENANTS - REAL))


def _idle(site: Site, workers: list[processes.Child]) -> Iterator[Figure]:
    from shared_apps.core.time import now
    from shared_apps.tenants.models import WakeUp

    # Once an hour each of a thousand is looked at: so many in this time.
    looks = round(TENANTS * IDLE / 3600)
    WakeUp.objects.filter(schema_name__startswith="t_school").delete()
    WakeUp.objects.bulk_create(
        WakeUp(schema_name=f"t_school_{n % REAL}", at=now() + timedelta(seconds=IDLE * n / looks)) for n in range(looks)
    )
    logs = [site.folder / f"{child.name}.log" for child in workers]
    before, sizes, began = _spent(site, workers), sum(map(_size, logs)), time.monotonic()
    time.sleep(IDLE)
    took = time.monotonic() - began
    spent = [after - earlier for after, earlier in zip(_spent(site, workers), before, strict=True)]
    yield Figure(
        f"{TENANTS} tenants of whom nobody does anything", sum(spent) / took * 100, "% of a core", 5,
        f"CPU of worker and clock ({spent[0] / took * 100:.2f} %) and of Postgres ({spent[1] / took * 100:.2f} %) in "
        f"{took:.0f} s, among them {looks} looks at a tenant, as many as there are in that time; {REAL} have a schema",
    )  # fmt: skip
    yield Figure(
        "Log of that", (sum(map(_size, logs)) - sizes) / took * 86_400 / 1e6, "MB a day", 50, "Of worker and clock"
    )


def _punctual() -> Iterator[Figure]:
    from shared_apps.core.time import now
    from shared_apps.tenants.context import tenant_context
    from shared_apps.tenants.models import Tenant
    from shared_apps.timers.models import Timer
    from shared_apps.timers.services import set_timer

    schools = list(Tenant.objects.filter(slug__startswith="school")[:DUE])
    kind = "payments.look_at_account_again"
    for n, school in enumerate(schools):
        with tenant_context(school):
            set_timer(kind, at=now() + timedelta(seconds=2 + n * 0.7))
    time.sleep(2 + DUE * 0.7 + 10)
    late = []
    for school in schools:
        with tenant_context(school):
            row = Timer.objects.get(kind=kind)
            if row.fired_at is None:
                raise RuntimeError(f"At {school.slug} it has not begun.")
            late.append((row.fired_at - row.due_at).total_seconds())
    yield Figure(
        "What is due at any tenant is done, after its time", max(late), "s", 5,
        f"The latest of {len(late)} timers at {len(schools)} tenants; on average {sum(late) / len(late):.1f} s",
    )  # fmt: skip


def _spent(site: Site, workers: list[processes.Child]) -> list[float]:
    """CPU seconds of the worker and the clock, and of Postgres."""
    return [sum(tree(child.process.pid) for child in workers), site.cpu().postgres]


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


if __name__ == "__main__":
    for one in figures():
        told = f"{one.name}: {one.value:.2f} {one.unit} (limit {one.limit}). {one.how}"
        sys.stdout.write((json.dumps(asdict(one)) if "--json" in sys.argv else told) + "\n")
        sys.stdout.flush()
