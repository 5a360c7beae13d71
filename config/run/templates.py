"""How templates are laid out: `python -m config.run.templates` checks it, with `--write` it lays them out anew.

djangofmt does it, as `pyproject.toml` says. It leaves a line long that it cannot break, so their length is asked here.
"""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
DJANGOFMT = Path(sys.executable).parent / "djangofmt"
COLUMNS = 120
# djangofmt writes what a `style` attribute holds on one line. Only emails have any: their readers know no stylesheet.
STYLED = ("messages/_button.html", "messages/_layout.html")
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}")


def main(arguments: list[str]) -> int:
    """Check all templates, or with `--write` lay them out. Returns the exit code."""
    write = "--write" in arguments
    before = {path: path.read_text() for path in sorted(TEMPLATES.rglob("*.html"))}
    done = subprocess.run([str(DJANGOFMT), *([] if write else ["--check"]), str(TEMPLATES)], cwd=ROOT, check=False)
    for path, text in before.items():
        for line in torn(text, path.read_text()):
            print(f"{path.relative_to(ROOT)}:{line}: a space is new between two tags. Does it show?")
    too_long = list(long_lines(before))
    for path, line in too_long:
        print(f"{path.relative_to(ROOT)}:{line}: longer than {COLUMNS} columns")
    return 1 if done.returncode or too_long else 0


def long_lines(paths: Iterable[Path]) -> Iterator[tuple[Path, int]]:
    """Each line that is too long, as a file and a number."""
    for path in paths:
        styled = str(path.relative_to(TEMPLATES)) in STYLED
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if len(line) > COLUMNS and not (styled and 'style="' in line):
                yield path, number


def torn(before: str, after: str) -> Iterator[int]:
    """The lines of `after` that begin with a tag which in `before` followed another one without a space."""
    old, new = _touching(before), _touching(after)
    if len(old) == len(new):
        yield from (line for (was, _), (touches, line) in zip(old, new, strict=True) if was and not touches)


def _touching(text: str) -> list[tuple[bool, int]]:
    """Whether each tag follows the one before it without a space, and the number of its line."""
    found, end = [], -1
    for tag in TAG.finditer(text):
        found.append((tag.start() == end, text.count("\n", 0, tag.start()) + 1))
        end = tag.end()
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
