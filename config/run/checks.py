"""What must be true before anything is started. Each failure is a sentence that says what to do."""

import errno
import os
import shutil
from pathlib import Path

from config import processes
from config.errors import CannotStart
from config.run import ports, site
from shared_apps.core.digits import whole_number

NEEDED_MB = 300
MEGABYTE = 1_000_000


def port(text: str) -> int:
    """The port to serve on; it and the next one, where the stand-ins are, must be free."""
    number = whole_number(text, 1, 65_534)
    if number is None:
        raise CannotStart(f"PORT must be a number from 1 to 65534, not {text!r}. Start with: PORT=8000 make run")
    if number < 1024 and os.geteuid() != 0:
        raise CannotStart(f"Ports below 1024, such as {number}, are for root. Start with: PORT=8000 make run")
    for wanted in (number, number + 1):
        if not ports.is_free(wanted):
            raise _taken(wanted, number)
    return number


def answers(wanted: int, first: int, child: processes.Child) -> bool:
    """Whether `child` serves pages on the port `wanted`, which is `first` or the one after it.

    A stranger may have taken it since `port` looked: that raises CannotStart.
    """
    if not child.running and not ports.is_free(wanted):
        raise _taken(wanted, first)
    answered = site.status(wanted) > 0
    if answered and ports.is_held_by_others(wanted, child.process.pid):
        raise _taken(wanted, first)
    return answered


def _taken(wanted: int, first: int) -> CannotStart:
    why = ", which the stand-ins for payments need," if wanted != first else ""
    other = ports.next_free_pair(first)
    return CannotStart(f"Port {wanted}{why} is taken by {ports.holder(wanted)}. Start with: PORT={other} make run")


def data_folder(path: Path) -> None:
    """The folder for all state must exist or be made, be writable, and have room."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe = path / ".probe"
        probe.write_bytes(b"x" * 4096)
        probe.unlink()
    except OSError as error:
        raise CannotStart(folder_trouble(path, error)) from None
    free = shutil.disk_usage(path).free // MEGABYTE
    if free < NEEDED_MB:
        raise CannotStart(
            f"Only {free} MB are free where {path} is, and Muster needs {NEEDED_MB} MB. "
            "Free some space, or start with: MUSTER_DATA=/another/disk make run"
        )


def folder_trouble(path: Path, error: OSError) -> str:
    """What an error of the file system means for the data folder."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"The disk of {path} is full. Free some space, or start with: MUSTER_DATA=/another/disk make run"
    return (
        f"The data folder {path} cannot be written ({error.strerror}). "
        "Make it writable for you, or start with: MUSTER_DATA=/another/folder make run"
    )
