"""Child processes that end when we do, however we end."""

import ctypes
import os
import pwd
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.errors import CannotStart
from shared_apps.core.digits import whole_number

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1
MOST_PID = 2**22


def end_with_parent(sig: int, parent: int) -> None:
    """Ask Linux to send this process `sig` when its parent dies; end at once if it is dead already."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, sig)
    if os.getppid() != parent:
        os._exit(1)


@dataclass
class Child:
    """One process that we started, in a process group of its own."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path
    gentle: signal.Signals = signal.SIGTERM

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def last_lines(self, count: int = 15) -> str:
        """The end of its log, for a person to read."""
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[-count:])

    def ask_to_stop(self) -> None:
        """Send the signal after which this process ends in good order."""
        if self.running:
            self.process.send_signal(self.gentle)

    def stop(self, *, patience: float = 10) -> None:
        """Ask it to end, wait up to `patience` seconds, then end it and all of its group."""
        self.ask_to_stop()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            pass
        signal_group(self, signal.SIGKILL)  # also what it may have left behind
        self.process.wait()


def signal_group(child: Child, sig: signal.Signals) -> None:
    """Send `sig` to the child and all its children."""
    try:
        os.killpg(child.process.pid, sig)
    except (ProcessLookupError, PermissionError):
        pass


def start(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    gentle: signal.Signals = signal.SIGTERM,
    as_user: "OsUser | None" = None,
    cwd: Path | None = None,
    tell: bool = False,
) -> Child:
    """Start a child that writes to `log` and gets `gentle` when we die; with `tell` its output is ours to read.

    Call it from the main thread: Linux counts the death of the thread that started it.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    me = os.getpid()
    prefix = as_user.prefix(gentle) if as_user else []
    with log.open("ab") as out:
        process = subprocess.Popen(
            [*prefix, *map(str, command)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if tell else out,
            stderr=out,
            env=dict(env) if env is not None else None,
            cwd=cwd,
            start_new_session=True,
            preexec_fn=lambda: end_with_parent(gentle, me),
        )
    return Child(name, process, log, gentle)


UNPRIVILEGED = "nobody"  # every Linux has this user


@dataclass(frozen=True)
class OsUser:
    """The user that Postgres runs as when we are root, which it refuses to be."""

    uid: int
    gid: int
    needs_access: bool  # whether some folder on the way is closed to it, such as /root

    def prefix(self, death_signal: signal.Signals | None = None) -> list[str]:
        """The beginning of a command line that becomes this user."""
        command = ["setpriv", f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups"]
        if self.needs_access:
            # It keeps one right of root, to pass closed folders. Without the secure bit the kernel
            # would leave that right out where a program asks access(), as initdb does.
            command += ["--securebits=+no_setuid_fixup", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        if death_signal:
            command += [f"--pdeathsig={death_signal.name.removeprefix('SIG')}"]
        return [*command, "--"]


def user_for(*paths: Path) -> OsUser | None:
    """Who should run a server that refuses root and uses `paths`: None when we are not root."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(UNPRIVILEGED)
    except KeyError:
        raise CannotStart(
            f"Postgres may not run as root, and this machine has no user {UNPRIVILEGED}. Run this as another user."
        ) from None
    user = OsUser(entry.pw_uid, entry.pw_gid, any(_is_closed(folder) for path in paths for folder in path.parents))
    try:
        tried = subprocess.run([*user.prefix(), "true"], capture_output=True, text=True, check=False)
        trouble = tried.stderr.strip() if tried.returncode else ""
    except FileNotFoundError:
        trouble = "the program setpriv is missing"
    if trouble:
        raise CannotStart(
            f"Postgres may not run as root, and could not be run as the user {UNPRIVILEGED}: {trouble}. "
            "Run this as another user."
        )
    return user


def _is_closed(folder: Path) -> bool:
    """Whether strangers may not pass through a folder, or will not when it is made."""
    return folder.exists() and not folder.stat().st_mode & stat.S_IXOTH


def wait_until(ready: Callable[[], bool], *, child: Child, seconds: float, every: float = 0.03) -> None:
    """Wait until `ready()`; raise CannotStart with the child's last words when it ends or takes too long."""
    deadline = time.monotonic() + seconds
    while not ready():
        fault = ""
        if not child.running:
            fault = "ended at once"
        elif time.monotonic() > deadline:
            fault = f"did not answer within {seconds:.0f} seconds"
        if fault:
            raise CannotStart(f"{child.name} {fault}. Its log, {child.log}, says:\n{child.last_lines()}")
        time.sleep(every)


def started_at(pid: int) -> str:
    """When a process was started, in ticks since boot: with its number it names one process for good."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]
    except OSError:
        return ""


def command_line(pid: int) -> list[str]:
    """The arguments of a running process; empty when there is none (a zombie counts as none)."""
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return []
    return [part.decode(errors="replace") for part in raw.split(b"\0") if part]


def living_in(folder: Path) -> list[int]:
    """The processes whose working folder this is."""
    found = []
    for entry in Path("/proc").iterdir():
        if number := whole_number(entry.name, 1, MOST_PID):
            try:
                if (entry / "cwd").readlink() == folder:
                    found.append(number)
            except OSError:
                continue  # gone meanwhile, or not ours to see
    return found


def end_leftover(pid: int, signals: Sequence[tuple[signal.Signals, float]]) -> None:
    """End a process of an earlier start: each signal in turn, with seconds to wait for its effect."""
    for sig, patience in signals:
        try:
            os.kill(pid, sig)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if not command_line(pid):
                return
            time.sleep(0.05)
    raise CannotStart(f"A server of an earlier start (process {pid}) does not end. Stop it with: kill -9 {pid}")
