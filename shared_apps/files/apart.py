"""Runs what reads a stranger's file as a process of its own: a script beside this one, which bounds what it may take.

One of each script runs at a time on this machine, however many ask: what they take together is bounded, too.
"""

import fcntl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST_WAIT = 15  # seconds on the clock; what a script may take of a processor is less, and its own affair
LONGEST_TURN = 5  # seconds until it is one's turn
LOOKS_EVERY = 0.05  # seconds
PIECE = 256 * 1024  # bytes


@dataclass(frozen=True)
class Done:
    """How a script ended: its exit code (None if it took too long), its output, and what it complained of."""

    code: int | None
    output: bytes
    said: str


def read_apart(script: str, *args: str, content: IO[bytes]) -> Done:
    """Run `script` with `content`, from its beginning, as its standard input.

    Raises ValidationError, before anything is read, if others' files take all turns.
    """
    path = Path(__file__).with_name(script)
    command = [sys.executable, "-I", str(path), *args]
    with _turn(path), TemporaryFile() as given, TemporaryFile() as said:
        content.seek(0)
        while piece := content.read(PIECE):
            given.write(piece)
        given.seek(0)
        try:
            done = subprocess.run(
                command, stdin=given, stdout=subprocess.PIPE, stderr=said, timeout=LONGEST_WAIT, env={}, check=False
            )
        except subprocess.TimeoutExpired:
            return Done(None, b"", "")
        said.seek(0)
        return Done(done.returncode, done.stdout, said.read().decode(errors="replace"))


@contextmanager
def _turn(script: Path) -> Iterator[None]:
    """While the file of the script is locked. The kernel unlocks it if we die."""
    until = time.monotonic() + LONGEST_TURN
    with script.open("rb") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    text = _("Other files are being looked at right now. Try again in a moment.")
                    raise ValidationError(text) from None
                time.sleep(LOOKS_EVERY)
        yield
