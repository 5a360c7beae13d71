"""One Muster per data folder. The kernel drops the lock when its holder dies, so it cannot go stale."""

import fcntl
import os
import signal
from pathlib import Path
from typing import IO

from config import processes
from config.errors import CannotStart
from shared_apps.core.digits import whole_number


class Lock:
    """Held from start to end; names who holds it, and which children that one started."""

    def __init__(self, data: Path) -> None:
        self.path = data / "muster.lock"
        self.children = data / "muster.children"
        self._file: IO[str] | None = None

    def take(self, *, port: str) -> bool:
        """Take the lock, or raise CannotStart. Returns whether an earlier start ended without giving it back."""
        file = self.path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            pid, _, where = file.read().strip().partition(" ")
            file.close()
            raise CannotStart(
                f"Muster runs already on this data folder (process {pid or 'unknown'}, http://localhost:{where}). "
                f"Stop it with Ctrl-C or: kill {pid}. For a second one beside it: MUSTER_DATA=/another/folder "
                f"PORT={(whole_number(where, 1, 65_000) or 8000) + 10} make run"
            ) from None
        file.seek(0)
        abandoned = bool(file.read().strip())
        file.truncate(0)
        file.write(f"{os.getpid()} {port}")
        file.flush()
        self._file = file
        if abandoned:
            self._end_children()
        return abandoned

    def note(self, child: processes.Child) -> None:
        """Remember a child, for the next start to find should both of us be killed."""
        pid = child.process.pid
        with self.children.open("a") as file:
            file.write(f"{pid} {processes.started_at(pid)}\n")

    def give_back(self) -> None:
        """Let the next one start."""
        if self._file:
            self.children.unlink(missing_ok=True)
            self._file.truncate(0)
            self._file.close()
            self._file = None

    def _end_children(self) -> None:
        try:
            lines = self.children.read_text().splitlines()
        except OSError:
            return
        for line in lines:
            pid, _, started = line.partition(" ")
            number = whole_number(pid, 1, processes.MOST_PID)
            if number and started and processes.started_at(number) == started:
                processes.end_leftover(number, [(signal.SIGTERM, 5), (signal.SIGKILL, 5)])
        self.children.unlink(missing_ok=True)
