"""Which ports are free, and who has those that are not."""

import socket
from pathlib import Path

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
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if int(fields[1].rsplit(":", 1)[1], 16) == port and fields[3] == LISTENING:
                inodes.add(f"socket:[{fields[9]}]")
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _holds(entry, inodes):
            return f"{(entry / 'comm').read_text().strip()} (process {entry.name})"
    return "another program"


def _holds(process: Path, inodes: set[str]) -> bool:
    try:
        return any(str(link.readlink()) in inodes for link in (process / "fd").iterdir())
    except OSError:
        return False
