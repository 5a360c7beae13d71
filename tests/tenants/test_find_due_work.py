"""A worker that has just started knows all due work and timers, also of modules that no page has asked for yet."""

import os
import re
import subprocess
import sys
from pathlib import Path

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
    assert len(named) == len(known), (named, known)
