"""What `make` promises about installing: once, and by one at a time."""

import os
import subprocess
import sys

from config.run import install
from tests.support.servers import ROOT

SECOND = """
import sys
from pathlib import Path
from config.run import install
with install.alone(Path(sys.argv[1])):
    print("Now I may.")
"""


def test_two_that_install_at_once_do_so_one_after_the_other(tmp_path):
    venv = tmp_path / "venv"
    (tmp_path / "link").symlink_to(venv)
    with install.alone(venv):
        second = subprocess.Popen(
            [sys.executable, "-c", SECOND, str(tmp_path / "link")], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        words = f"An installation is under way in {venv} (process {os.getpid()}): waiting for its end …"
        assert second.stdout.read(len(words) + 2).strip() == words
        assert second.poll() is None
    rest, _ = second.communicate(timeout=20)

    assert rest.endswith("Now I may.\n")


def test_what_is_installed_already_is_left_as_it_is(tmp_path):
    venv = tmp_path / "venv"
    venv.mkdir()
    (venv / ".installed").write_text(install.fingerprint(install.requirements(False)))
    done = subprocess.run([sys.executable, "config/run/install.py", str(venv)], cwd=ROOT, capture_output=True)

    assert done.returncode == 0
    assert list(tmp_path.rglob("*")) == [venv, venv / ".installed"]
