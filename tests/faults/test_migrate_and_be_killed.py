"""kill -9 of the migration of all tenants, in the middle, while visitors look at them."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as live_settings
from django.db import connection

from shared_apps.tenants.migrating import migrate
from shared_apps.tenants.models import SchemaState, Tenant
from shared_apps.tenants.provisioning import create_tenant
from shared_apps.tenants.schemas import prepare_template
from tests.support.catalog import described
from tests.support.release import write, write_settings
from tests.support.servers import ROOT
from tests.support.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
NEXT = """
migrations.AddField("course", "level", models.CharField(max_length=20, db_default="basic")),
migrations.CreateModel("Badge", [
    ("id", models.BigAutoField(primary_key=True)), ("course", models.ForeignKey("catalogue.course", models.CASCADE)),
]),
migrations.RunSQL("SELECT pg_sleep(0.03)"),
migrations.AddIndex("course", models.Index(fields=["level"], name="course_level")),
migrations.AddField("course", "sold_out_at", models.DateTimeField(null=True)),
"""
UNDO = """
DROP TABLE {0}.catalogue_badge;
ALTER TABLE {0}.catalogue_course DROP COLUMN level, DROP COLUMN sold_out_at;
DELETE FROM {0}.django_migrations WHERE name = '0999_next';
"""
# The control: what is one transaction for each tenant is done statement by statement.
PIECEMEAL = """
import contextlib, django
django.setup()
from django.core.management import call_command
from shared_apps.core.db import connection
from shared_apps.tenants import recorded_migration

def run(text):
    for part in text.replace("SET LOCAL", "SET").split("\\n;\\n"):
        connection.connection.execute(part.encode())

class Nothing:
    atomic = contextlib.nullcontext
recorded_migration._run, recorded_migration.transaction = run, Nothing
call_command("migrate_tenants")
"""


class Fleet:
    """Many tenants, all of the present version, and a next version that is to come."""

    def __init__(self, folder: Path, count: int, settings) -> None:
        for n in range(count):
            create_tenant(name=f"School {n}", slug=f"school-{n}", features=["courses"])
        self.schemas = list(Tenant.objects.order_by("created_at").values_list("schema_name", flat=True))
        self.old = described(self.schemas[0])
        module = write(folder, app="catalogue", operations=NEXT)
        settings.MIGRATION_MODULES = {"catalogue": module}
        prepare_template()  # the killing shall hit the tenants
        migrate(self.schemas[:1])
        self.new = described(self.schemas[0])
        self.env = {**os.environ, **write_settings(folder, {"catalogue": module})}
        self.env["PYTHONPATH"] = f"{folder}:{ROOT}"
        params = connection.get_connection_params()
        params = {name: connection.get_connection_params()[name] for name in ("host", "dbname", "user")}
        self.line = psycopg.connect(**params, autocommit=True)
        self.undo()

    def migrate(self, *, piecemeal: bool = False) -> "subprocess.Popen[bytes]":
        program = ["-c", PIECEMEAL] if piecemeal else ["manage.py", "migrate_tenants"]
        command = [sys.executable, *program]
        return subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def begun(self) -> int:
        """How many tenants have something of the next version."""
        counted = self.line.execute(
            "SELECT count(*) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n"
            " ON n.oid = relnamespace WHERE relname = 'catalogue_course' AND attname = 'level' AND nspname LIKE 't\\_%'"
        ).fetchone()
        assert counted
        return int(counted[0])

    def kill_in_the_middle(self, dice: random.Random, *, piecemeal: bool = False) -> Counter[str]:
        """kill -9 of a run after some tenants; how many tenants are old, new and half then."""
        run, some = self.migrate(piecemeal=piecemeal), dice.randrange(1, len(self.schemas) - 1)
        while self.begun() < some and run.poll() is None:
            time.sleep(0.002)
        time.sleep(dice.random() * 0.04)
        run.send_signal(signal.SIGKILL)
        run.communicate()
        self._wait_for_its_connections()
        return Counter(self.version(schema) for schema in self.schemas)

    def version(self, schema: str) -> str:
        found = described(schema)
        return "old" if found == self.old else "new" if found == self.new else "half"

    def undo(self) -> None:
        for schema in self.schemas:
            if self.version(schema) != "old":
                self.line.execute(UNDO.format(schema).encode())
        SchemaState.objects.all().delete()

    def repair(self) -> None:
        """After the control: everything old, whatever it was."""
        for schema in self.schemas:
            for statement in UNDO.strip().split("\n"):
                easy = statement.replace("DROP TABLE", "DROP TABLE IF EXISTS")
                self.line.execute(easy.replace("DROP COLUMN", "DROP COLUMN IF EXISTS").format(schema).encode())

    def _wait_for_its_connections(self) -> None:
        gone = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'next release'"
        wait_until(lambda: self.line.execute(gone).fetchone() == (0,), "the killed run's connections to go", seconds=20)


@pytest.fixture
def fleet(tmp_path: Path, settings, repeats, request) -> Iterator[Fleet]:
    fleet = Fleet(tmp_path, repeats(3, thorough=40), settings)
    yield fleet
    fleet.line.close()


class Visitors:
    """Somebody who looks at one tenant after the other, all the time."""

    def __init__(self, slugs: list[str], port: int) -> None:
        self.slugs, self.port, self.statuses, self.ends = slugs, port, Counter[int](), threading.Event()
        self.thread = threading.Thread(target=self._look)

    def __enter__(self) -> "Visitors":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ends.set()
        self.thread.join()

    def _look(self) -> None:
        while not self.ends.is_set():
            for slug in self.slugs:
                line = HTTPConnection("127.0.0.1", self.port, timeout=20)
                try:
                    line.request("GET", f"/{slug}/courses/", headers={"Host": "localhost"})
                    self.statuses[line.getresponse().status] += 1
                except (OSError, HTTPException):
                    self.statuses[0] += 1
                finally:
                    line.close()
                self.ends.wait(0.02)


@pytest.mark.timeout(900)
def test_a_killed_migration_leaves_each_tenant_old_or_new_and_is_finished_by_the_next(
    fleet, two_web_processes, repeats, finding
):
    dice, kills, middles = random.Random(11), repeats(1, thorough=10), 0
    with Visitors([schema[2:].replace("_", "-") for schema in fleet.schemas], live_settings.PORT + 2) as visitors:
        for _ in range(kills):
            found = fleet.kill_in_the_middle(dice)
            assert found["half"] == 0, found
            middles += bool(found["old"] and found["new"])
            run = fleet.migrate()
            _, said = run.communicate(timeout=120)
            assert run.returncode == 0, said.decode()
            assert {fleet.version(schema) for schema in fleet.schemas} == {"new"}
            assert SchemaState.objects.filter(status="migrated").count() == len(fleet.schemas)
            fleet.undo()
    assert middles > kills // 2
    assert set(visitors.statuses) == {200}
    halves = tries = 0
    while not halves:
        tries += 1
        assert tries <= 20, "the control never left a tenant half migrated"
        halves = fleet.kill_in_the_middle(dice, piecemeal=True)["half"]
        fleet.repair()
    finding(
        "kill -9 of migrate_tenants among 42 tenants",
        times=kills,
        must="each tenant old or new, the next run finishes, visitors see no error",
        found=f"{middles} of {kills} stopped between two tenants, none half; {visitors.statuses.total()} pages seen",
        control=f"without the transaction a tenant is left half migrated (after {tries} of 20 tries)",
    )
