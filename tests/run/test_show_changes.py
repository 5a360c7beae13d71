"""What somebody who changes Muster is promised: with DEBUG a page shows what is written, without it what was read."""

import os
import subprocess
import sys

import pytest

from tests.support.servers import ROOT

CHANGE = """
import os, sys
from pathlib import Path
import django
from django.conf import settings
folder = Path(sys.argv[1])
settings.TEMPLATES[0]["DIRS"].insert(0, folder)
django.setup()
from django.template.loader import render_to_string
page, part = folder / "page.html", folder / "components" / "piece.html"
part.parent.mkdir()
for moment, words in enumerate(("first", "second")):
    page.write_text(f"page {words}, <c-piece />")
    part.write_text(f"part {words}")
    for file in (page, part):
        os.utime(file, (moment, moment))
    print(render_to_string("page.html"))
"""


@pytest.mark.parametrize(("debug", "then"), [("1", "page second, part second"), ("", "page first, part first")])
def test_with_debug_a_changed_template_shows_at_once(tmp_path, debug, then):
    environment = {**os.environ, "DEBUG": debug, "MUSTER_DEMO": "1", "MUSTER_DATA": str(tmp_path / "data")}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    done = subprocess.run(
        [sys.executable, "-c", CHANGE, str(tmp_path)], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.stdout.splitlines() == ["page first, part first", then], done.stderr
