"""A new release takes over while people are served, by the very steps that docs/deploying.md gives an operator."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import requests

from config import processes
from tests.support.servers import ROOT, free_ports
from tests.support.waiting import wait_until

RELEASE = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"{number}"]
"""


class Deployed:
    """gunicorn with our configuration, in a folder that is a link to the present release."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.current, self.pidfile = folder, folder / "current", folder / "web.pid"
        self.url = f"http://127.0.0.1:{free_ports(1)}"
        self.systemd = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.systemd.bind(str(folder / "notify"))
        self.systemd.settimeout(20)
        self.answers: set[str] = set()
        self.over = threading.Event()

    def release(self, number: int, text: str = RELEASE) -> None:
        """Put release `number` into place, as an operator does."""
        folder = self.folder / f"release-{number}"
        folder.mkdir()
        (folder / "pages.py").write_text(text.format(number=number))
        link = self.folder / "next"
        link.symlink_to(folder)
        link.rename(self.current)

    def start(self) -> processes.Child:
        gunicorn = Path(sys.executable).with_name("gunicorn")
        command = [sys.executable, gunicorn, "--config=python:config.gunicorn", f"--bind={self.url[7:]}"]
        command += [f"--chdir={self.current}", f"--pid={self.pidfile}", "--workers=2", "--threads=2", "pages"]
        env = {**os.environ, "PYTHONPATH": str(ROOT), "NOTIFY_SOCKET": str(self.folder / "notify"), "LOG_LEVEL": "INFO"}
        env.pop("GUNICORN_CMD_ARGS", None)
        return processes.start("web", command, log=self.folder / "web.log", env=env, cwd=ROOT)

    def main_process(self) -> int:
        """Which process systemd was told last is the main one."""
        while True:
            for line in self.systemd.recv(4096).decode().splitlines():
                if line.startswith("MAINPID="):
                    return int(line.removeprefix("MAINPID="))

    def reload(self, seconds: int) -> subprocess.CompletedProcess:
        command = [ROOT / "deploy/reload-web", self.pidfile, str(seconds)]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    def ask(self) -> str:
        try:
            answer = requests.get(self.url, timeout=10)
        except requests.RequestException as error:
            return repr(error)
        return answer.text if answer.status_code == 200 else str(answer.status_code)

    def keep_asking(self) -> None:
        while not self.over.is_set():
            self.answers.add(self.ask())


@pytest.fixture
def deployed(tmp_path):
    """Release 1, served, with people who ask all the time."""
    site = Deployed(tmp_path)
    site.release(1)
    child = site.start()
    visitors = [threading.Thread(target=site.keep_asking) for _ in range(3)]
    try:
        processes.wait_until(lambda: site.ask() == "1", child=child, seconds=30)
        for visitor in visitors:
            visitor.start()
        yield site
    finally:
        site.over.set()
        for visitor in visitors:
            visitor.join()
        child.stop()
        site.systemd.close()


def test_a_new_release_takes_over_without_a_lost_request(deployed, finding):
    first = deployed.main_process()
    deployed.release(2)
    os.kill(first, signal.SIGHUP)
    wait_until(lambda: "Handling signal: hup" in (deployed.folder / "web.log").read_text(), "the signal", seconds=20)
    assert deployed.ask() == "1"  # the control: what most servers reload by keeps the former code here
    done = deployed.reload(40)
    assert done.returncode == 0, done.stderr
    second = deployed.main_process()
    assert second != first
    assert int(deployed.pidfile.read_text()) == second
    assert [deployed.ask() for _ in range(8)] == ["2"] * 8
    assert deployed.answers == {"1", "2"}

    deployed.release(3, "1 / 0")
    done = deployed.reload(4)
    assert done.returncode == 1
    assert "the former one goes on" in done.stderr
    assert deployed.ask() == "2"
    assert deployed.answers == {"1", "2"}

    lines = (deployed.folder / "web.log").read_text().splitlines()
    assert all(json.loads(line)["timestamp"].endswith("Z") for line in lines if line.startswith("{"))
    assert [line for line in lines if line.startswith("[")] == []  # gunicorn's own format
    finding(
        "A new release takes over from the running one (deploy/reload-web), then one that can't start", times=1,
        must="no request is lost; the one that can't start changes nothing", found="every answer was whole",
        control="after HUP alone the former code answers",
    )  # fmt: skip
