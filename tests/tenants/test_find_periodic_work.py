"""A worker that has just started knows all periodic work, also that of modules which no page has asked for yet."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
MARKED = re.compile(r"^@frequent\b.*\n(?:@.*\n)*def (\w+)", re.MULTILINE)
ASK = (
    "import django; django.setup(); from shared_apps.tenants.periodic import FREQUENT; "
    "print([work.__name__ for work in FREQUENT])"
)


def test_a_fresh_process_knows_everything_that_is_marked_as_periodic():
    sources = [path for folder in ("shared_apps", "tenant_apps") for path in (ROOT / folder).rglob("*.py")]
    marked = {name for path in sources for name in MARKED.findall(path.read_text())}
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    asked = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    known = set(re.findall(r"'(\w+)'", asked.stdout))
    assert {"tell_moves", "keep_pace_of_all", "expire_holds"} <= marked
    assert marked == known
