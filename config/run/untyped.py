"""How often each app says `Any`, or has mypy look away: `python -m config.run.untyped` refuses more than `untyped.txt`.

With `--write` the page is written anew, for an app that says it less often.
"""

import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).with_name("untyped.txt")
IGNORED = re.compile(r"#\s*type:\s*ignore")


def main(arguments: list[str]) -> int:
    """Compare with the page, or with `--write` write it. Returns the exit code."""
    apps = sorted(
        path.parent for folder in ("shared_apps", "tenant_apps") for path in ROOT.glob(f"{folder}/*/__init__.py")
    )
    now = {str(app.relative_to(ROOT)): count(app) for app in apps}
    if "--write" in arguments:
        TABLE.write_text("".join(f"{app} {number}\n" for app, number in now.items()))
        return 0
    known = {app: int(number) for app, number in map(str.split, TABLE.read_text().splitlines())}
    more = {app: number for app, number in now.items() if number > known.get(app, 0)}
    for app, number in more.items():
        print(f"{app}: `Any` and `type: ignore` stand here {number} times, and {known.get(app, 0)} times before.")
    return 1 if more else 0


def count(folder: Path) -> int:
    """How often the two stand in the code below `folder`."""
    texts = [path.read_text() for path in folder.rglob("*.py")]
    named = [node for text in texts for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)]
    return sum(node.id == "Any" for node in named) + sum(len(IGNORED.findall(text)) for text in texts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
