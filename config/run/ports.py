"""Which ports are free, and who has those that are not."""

import os
import socket
from pathlib import Path

from config.processes import MOST_PID
from shared_apps.core.digits import whole_number

LOOPBACKS = [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]
LISTENING = "0A"


def addresses() -> list[tuple[socket.AddressFamily, str]]:
    """The loopback addresses that this machine has; `localhost` may mean either."""
    found = []
    for family, host in LOOPBACKS:
        try:
            with socket.socket(family) as probe:
                probe.bind((host, 0))
        except OSError:
            continue
        found.append((family, host))
    return found


def is_free(port: int) -> bool:
    """Whether we could listen on `port` of every loopback address."""
    for family, host in addresses():
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                return False
    return True


def next_free_pair(port: int) -> int:
    """The first port after `port` that is free together with the one above it."""
    for candidate in range(port + 2, min(port + 2000, 65_534)):
        if is_free(candidate) and is_free(candidate + 1):
            return candidate
    return 18_000


def holder(port: int) -> str:
    """Who listens on `port`, in words; `another program` when that is not ours to see."""
    sockets = _listening(port)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and sockets & _sockets(entry):
            return f"{(entry / 'comm').read_text().strip()} (process {entry.name})"
    return "another program"


def is_held_by_others(port: int, session: int) -> bool:
    """Whether /proc knows who listens on `port`, and no process of `session` does."""
    sockets = _listening(port)
    ours = set()
    for entry in Path("/proc").iterdir():
        if (number := whole_number(entry.name, 1, MOST_PID)) and _session(number) == session:
            ours |= _sockets(entry)
    return bool(sockets) and not sockets & ours


def _listening(port: int) -> set[str]:
    """The sockets that listen on `port`, as /proc calls them."""
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if int(fields[1].rsplit(":", 1)[1], 16) == port and fields[3] == LISTENING:
                found.add(f"socket:[{fields[9]}]")
    return found


def _sockets(process: Path) -> set[str]:
    """What a process has open, its sockets among it; nothing when that is not ours to see."""
    try:
        return {str(link.readlink()) for link in (process / "fd").iterdir()}
    except OSError:
        return set()


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return 0  # gone meanwhile
