"""A worker that has just started knows all due work and timers, also of modules that no page has asked for yet."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from shared_apps.timers.due import all_due_work
from tenant_apps.messaging.channels import all_channels

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"^(?:\w+ = )?DueRows\(\s*\"([\w.]+)\"|^@timer\(\"?([\w.]+)", re.MULTILINE)
ASK = "import django; django.setup(); from shared_apps.timers.services import _kinds; print(list(_kinds))"


def test_a_fresh_process_knows_everything_that_becomes_due():
    sources = [path for folder in ("shared_apps", "tenant_apps") for path in (ROOT / folder).rglob("*.py")]
    named = [work or kind for path in sources for work, kind in NAMED.findall(path.read_text())]
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    asked = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    known = set(re.findall(r"'([\w.]+)'", asked.stdout))
    assert {"bookings.expire_hold", "scheduling.begin", "timers.go_off"} <= known
    by_channel = {work for work in known if work.startswith("messaging.send_")} | {"messaging.send"}
    assert len(by_channel) == len(list(all_channels()))
    assert len(named) == len(known - by_channel), (named, known)


@pytest.mark.django_db
def test_whatever_becomes_due_wakes_its_tenant(tenant):
    """Without the trigger that `WakesAt` makes, nobody would come for an hour."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgfoid = 'public.wake_tenant'::regproc"
            " AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace)"
        )
        found = set(cursor.fetchall())
    works = all_due_work()
    assert works
    for work in works:
        table = work.rows().model._meta.db_table
        for name in (f"wakes_at_{work.at}", f"wakes_at_{work.at}_again"):
            assert (table, name) in found, f"{work.name}: {table} lacks {name}"
