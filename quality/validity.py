"""HTML as it was sent, read by the Nu checker (which needs Java) and by html-validate."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from quality.findings import Check

HERE = Path(__file__).parent
NU = HERE / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
# htmx's own attributes, which it takes without the data- that the standard asks for.
OF_HTMX = ("Attribute “hx-",)


def validate(sent: dict[str, str]) -> list[Check]:
    """Check each page's HTML, given by the page's label."""
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for number, (label, html) in enumerate(sorted(sent.items())):
            file = Path(folder) / f"{number:03}.html"
            file.write_text(html)
            files[file.name] = label
        return [_nu(Path(folder), files), _html_validate(Path(folder), files)]


def _nu(folder: Path, files: dict[str, str]) -> Check:
    check = Check("HTML, Nu checker", "no error", f"{len(files)} pages")
    if not shutil.which("java"):
        check.measured = "left out: the Nu checker needs Java"
        return check
    command = [
        "java",
        "-Xss4m",
        "-jar",
        str(NU),
        "--errors-only",
        "--format",
        "json",
        "--exit-zero-always",
        str(folder),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    for message in json.loads(done.stderr)["messages"]:
        if not any(text in message["message"] for text in OF_HTMX):
            label = files[message["url"].rpartition("/")[2]]
            check.fault(label, "", message["message"], f"line {message.get('lastLine')}: {message.get('extract', '')}")
    return check


def _html_validate(folder: Path, files: dict[str, str]) -> Check:
    check = Check("HTML, html-validate (standard and accessibility)", "no error", f"{len(files)} pages")
    program = HERE / "node_modules" / ".bin" / "html-validate"
    told = folder / "told.json"  # a pipe would be cut off where it is full
    command = [str(program), "--config", str(HERE / "html-validate.json"), "--formatter", f"json={told}", str(folder)]
    subprocess.run(command, capture_output=True, check=False, cwd=HERE)
    for result in json.loads(told.read_text()):
        label = files[Path(result["filePath"]).name]
        for message in result["messages"]:
            what = f"{message['ruleId']}: {message['message']}"
            check.fault(label, "", what, f"line {message['line']}: {message.get('selector') or ''}")
    return check
