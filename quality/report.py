"""Writes docs/quality.md. A run of some parts replaces their rows and leaves the others."""

import re
from typing import Any

from config.run.tables import machine, rows_of, table, today
from quality.findings import Check
from quality.serve import ROOT

REPORT = ROOT / "docs" / "quality.md"
HEADS = ("Check", "Limit", "Measured", "Holds", "Date")
SPEEDS = ("Page", "Performance", "Accessibility", "Best practices", "SEO", "LCP", "CLS", "TBT")
BROKEN, LIGHTHOUSE, NOTES = "## What is broken", "## Lighthouse, page by page", "## How it is measured"
INTRODUCTION = """# Quality of the pages

`make quality` serves a fresh demo on servers of its own, opens every page that the URL resolver knows (as visitor,
student, trainer, owner and operator; below a path and on a host of its own; in each of its states), measures it, and
writes this page. A limit that is broken is listed below with page, mode and element, and makes the command fail. A
page in the resolver that is in no list of `quality/pages.py` fails it too. `python -m quality look forms` runs some
parts only and replaces their rows.
"""
HOW = """
- **axe** runs with the rules of WCAG 2.0 to 2.2, A and AA, and its best practices. In the dark only the rules about
  colour and size run again: nothing else can differ. Public pages are those of the site, the buyer's road, accounts
  and errors; there no finding is allowed. In the student area, the office, the console and the stand-ins none may be
  serious or critical.
- **Fits**: 320 px is a page of 1280 px at a zoom of 400 %, 640 px with text of 200 % the same page at 200 %.
- **Touch targets** of 44 px are asked of the public pages, the student area and a trainer's day. Links within a
  sentence are left out, as WCAG 2.5.8 does.
- **Lighthouse** is its mobile preset: a slow phone on slow 4G, simulated. Each figure is the median of three runs.
  It needs a quiet machine; pages that ask not to be indexed are not audited.
- **HTML** is checked as it was sent, before any script ran. The Nu checker needs Java and is left out without;
  htmx's attributes are the one thing it is told to pass over. Of html-validate's rules four are off that are taste
  (`type="submit"` and `for` where they are implied, names of landmarks that are never shown together, lists with a
  label).
- **First visit** counts bytes on the wire on a phone with an empty cache.
- **Not looked at**: the API reference, which is Swagger UI as it comes; the styleguide's HTML, which shows each
  sample twice under the same id.
"""


def write(checks: list[Check], speeds: list[dict[str, Any]]) -> None:
    """Put the checks, and Lighthouse's figures if there are any, in the place of their former ones."""
    old = REPORT.read_text() if REPORT.exists() else ""
    before, _, after = old.partition(BROKEN)
    rows, broken = _table(before), _lists(after.partition(LIGHTHOUSE)[0].partition(NOTES)[0])
    for check in checks:
        holds = "yes" if check.passed else f"**no**, {len(check.findings)}"
        rows[check.name] = [check.name, check.limit, check.measured, holds, today()]
        broken[check.name] = [f"- {finding}".replace("<", "&lt;") for finding in sorted(check.findings)]
    figures = {each["page"]: _figures(each) for each in speeds} or _table(old.partition(LIGHTHOUSE)[2])
    parts = [INTRODUCTION, f"Machine: {machine()}.\n", table(HEADS, rows.values()), f"\n{BROKEN}\n"]
    parts += [f"**{name}**\n\n" + "\n".join(lines) + "\n" for name, lines in broken.items() if lines] or ["Nothing.\n"]
    parts += [f"{LIGHTHOUSE}\n", table(SPEEDS, figures.values()), f"\n{NOTES}", HOW] if figures else [NOTES, HOW]
    REPORT.write_text("\n".join(parts))


def _table(text: str) -> dict[str, list[str]]:
    """The rows of the table in a text by their first cell; without parts that broke down when it was written."""
    return {name: cells for name, cells in rows_of(text).items() if not name.startswith("The part called")}


def _lists(text: str) -> dict[str, list[str]]:
    """The points below each bold line."""
    found = re.findall(r"^\*\*(.+)\*\*\n\n((?:- .*\n)+)", text, re.MULTILINE)
    return {name: points.splitlines() for name, points in found}


def _figures(each: dict[str, Any]) -> list[str]:
    scores = [f"{each[name]:.0f}" for name in ("performance", "accessibility", "practices", "seo")]
    return [each["page"], *scores, f"{each['lcp'] / 1000:.2f} s", f"{each['cls']:.3f}", f"{each['tbt']:.0f} ms"]
