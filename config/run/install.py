"""Install what Muster needs, and nothing twice: `python3 config/run/install.py [OPTIONS] <virtual environment>`.

Option `--dev` brings the developers' tools too, `--browser` Chromium.
Runs before anything is installed, so it uses the standard library only and reads on old Pythons too.
"""

import ctypes
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PANGO = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core")
PANGO_LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
NEEDED_MB = 900


class CannotInstall(Exception):
    """A plain sentence that says what is missing and what to do."""


def main():
    dev = "--dev" in sys.argv
    venv = Path(sys.argv[-1]).absolute()
    if sys.version_info < (3, 11):
        newer = next(filter(None, (shutil.which(f"python3.{minor}") for minor in (13, 12, 11))), None)
        if newer:
            os.execv(newer, [newer, *sys.argv])
        raise CannotInstall(
            f"Muster needs Python 3.11 or newer, and this is {sys.version_info[0]}.{sys.version_info[1]}. "
            "On Debian: apt-get install python3.11 python3.11-venv"
        )
    if not has_packages(venv, dev):
        with alone(venv):
            if not has_packages(venv, dev):  # who was here before may have installed them
                install_packages(venv, dev)
    missing = [name for name in PANGO_LIBRARIES if not loads(name)]
    if missing:
        say("PDFs are switched off: Pango is missing. To have them: apt-get install " + " ".join(PANGO))
    if dev:
        install_styles_tools(venv)
    if "--browser" in sys.argv:
        install_browser()


@contextmanager
def alone(folder):
    """Nobody else installs into `folder` meanwhile: who comes second says who does, and waits for the end of it."""
    folder = folder.resolve()  # a link to it is the same folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(folder.name + ".lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            sentence = f"An installation is under way in {shown(folder)} (process {file.read()}): waiting for its end"
            with_step(sentence, lambda: fcntl.flock(file, fcntl.LOCK_EX))
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def requirements(dev):
    """The files that say which packages are needed."""
    needed = [ROOT / "requirements.txt", ROOT / "requirements-run.txt"]
    return needed + ([ROOT / "requirements-dev.txt"] if dev else [])


def has_packages(venv, dev):
    """Whether what is required now was installed; with the developers' tools come the others."""
    stamps = [venv / ".installed-dev"] + ([] if dev else [venv / ".installed"])
    installed = [line for stamp in stamps if stamp.exists() for line in stamp.read_text().split()]
    return fingerprint(requirements(dev)) in installed


def install_packages(venv, dev):
    """The virtual environment with all packages, and Pango beside it."""
    pango = threading.Thread(target=install_pango)
    pango.start()
    make_venv(venv)
    install_requirements(venv, requirements(dev))
    pango.join()
    stamp = venv / (".installed-dev" if dev else ".installed")
    stamp.write_text(fingerprint(requirements(dev)) + "\n" + fingerprint(requirements(False)))


def fingerprint(files):
    """What stands for "these requirements are installed for this Python"."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in files) + sys.version.encode()).hexdigest()


def make_venv(venv):
    """Create the virtual environment, or make good one that was left half made or that has no pip, as uv makes it."""
    python = str(venv / "bin" / "python")
    if works([python, "-m", "pip", "--version"]) or works([python, "-m", "ensurepip"]):
        return
    if venv.exists() and any(venv.iterdir()):
        if not (venv / "pyvenv.cfg").exists():
            raise CannotInstall(f"{venv} is there and is not a virtual environment. Choose another: VENV=… make run")
        shutil.rmtree(str(venv))
    nearest = next(folder for folder in venv.parents if folder.exists())
    free = shutil.disk_usage(str(nearest)).free // 1000000
    if free < NEEDED_MB:
        raise CannotInstall(
            f"Only {free} MB are free for the virtual environment, which needs {NEEDED_MB} MB. Free some space, "
            "or put it elsewhere: VENV=/another/disk/venv make run"
        )
    with_step(f"Creating the virtual environment {shown(venv)}", lambda: create_venv(venv))


def create_venv(venv):
    # Not sys.executable: it may lie in the very environment that is made anew, when that one is active.
    base = getattr(sys, "_base_executable", sys.executable)
    done = run([base, "-m", "venv", str(venv)])
    if done.returncode and "ensurepip" in done.stdout:
        package = f"python3.{sys.version_info[1]}-venv"
        shutil.rmtree(str(venv), ignore_errors=True)
        if not apt_install([package]) and not apt_install(["python3-venv"]):
            raise CannotInstall(f"Python cannot make virtual environments here. First: apt-get install {package}")
        done = run([base, "-m", "venv", str(venv)])
    if done.returncode:
        raise CannotInstall("The virtual environment could not be made:\n" + last(done.stdout))


def install_requirements(venv, files):
    """pip install of all files, with a sentence for the usual troubles."""
    command = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for file in files:
        command += ["-r", str(file)]

    def install():
        done = run(command)
        if not done.returncode:
            return
        if "No space left" in done.stdout:
            raise CannotInstall("The disk is full. Free some space and start again; what is installed is kept.")
        if "NewConnectionError" in done.stdout or "Failed to establish" in done.stdout:
            raise CannotInstall("The package index cannot be reached. Connect to the network and start again.")
        raise CannotInstall("pip could not install the requirements:\n" + last(done.stdout))

    names = " and ".join(file.name for file in files)
    with_step(f"Installing {names} (about a minute the first time)", install)


def install_pango():
    """WeasyPrint draws with Pango. Tried once per set of requirements, and never a reason not to start."""
    if all(loads(name) for name in PANGO_LIBRARIES):
        return
    apt_install(PANGO)


def install_browser():
    """Chromium for the browser journeys."""
    if not has_browser():
        with_step("Installing Chromium", lambda: apt_install(["chromium", "libatomic1"], patience=300))
        if not has_browser():
            raise CannotInstall("The browser journeys need Chromium. First: apt-get install chromium libatomic1")


def install_styles_tools(venv):
    """What the environment's Node needs for the check of the stylesheet."""
    folder = ROOT / "node_modules"
    stamp = folder / ".installed"
    wanted = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()

    def missing():
        return not stamp.exists() or stamp.read_text() != wanted

    def install():
        # Not `npm ci`: it refuses a lock file that lacks the builds for other machines, which are optional.
        command = ["npm", "install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"]
        path = f"{venv / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
        done = run(command, cwd=str(ROOT), env=dict(os.environ, PATH=path))
        if done.returncode:
            raise CannotInstall("npm could not install the stylesheet's tools:\n" + last(done.stdout))

    if missing():
        with alone(folder):
            if missing():
                with_step("Installing the stylesheet's tools", install)
                stamp.write_text(wanted)


def has_browser():
    """Chromium, and the library that Playwright's own Node needs and a bare Debian lacks."""
    return bool(os.environ.get("CHROMIUM") or shutil.which("chromium")) and loads("libatomic.so.1")


def apt_install(packages, patience=60):
    """Install Debian packages if we may; return whether that worked. Only downloads are ever cut short."""
    if not shutil.which("apt-get"):
        return False
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if prefix and not works(["sudo", "-n", "true"]):
        return False
    quiet = ["-y", "-qq", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=60", "-o", "Acquire::Retries=1"]
    command = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *quiet]
    fetch = [*command, "install", "--download-only", *packages]
    if not works(fetch, timeout=patience):
        works([*command, "update"], timeout=patience)
        if not works(fetch, timeout=patience):
            return False
    return works([*command, "install", *packages])


def loads(library):
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def works(command, timeout=None):
    """Whether the command exists and succeeds in time."""
    try:
        return not run(command, timeout=timeout).returncode
    except (OSError, subprocess.TimeoutExpired):
        return False


def run(command, **options):
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **options,
    )


def last(text, count=15):
    return "\n".join(text.strip().splitlines()[-count:])


def shown(path):
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def say(sentence):
    print("  " + sentence, flush=True)


def with_step(sentence, work):
    """Say what is being done, then how long it took."""
    print(f"  {sentence} …", end="", flush=True)
    began = time.monotonic()
    work()
    print(f" {time.monotonic() - began:.1f} s", flush=True)


if __name__ == "__main__":
    try:
        main()
    except CannotInstall as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        sys.exit(1)
    except OSError as trouble:
        print(
            f"\n{trouble.filename}: {trouble.strerror}. Make room or make it writable, then start again.",
            file=sys.stderr,
        )
        sys.exit(1)
    except KeyboardInterrupt:
        print("\nStopped. What is installed so far is kept.", file=sys.stderr)
        sys.exit(130)
