"""Each page in each mode: what axe finds, whether it fits, whether fingers hit it, whether it keeps still."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from quality.browser import People
from quality.findings import Check
from quality.pages import Page

HERE = Path(__file__).parent
# What stays at the edge of the window covers controls that one scrolls out from under it.
STICKY = ".form-foot-sticky, .bottom-nav, .sticky-bar, .bulk-bar"
AXE = HERE / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# All that a change of colours can change.
COLOURS = ["color-contrast", "link-in-text-block", "target-size"]
GRAVE = ("serious", "critical")
PROBES = (HERE / "probes.js").read_text()


class Look:
    """The checks of this part."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.axe = Check("axe, light and dark, 360 and 1280 px", "none on public pages, none serious elsewhere")
        self.fit = Check(
            "Fits 1280, 360 and 320 px, and 640 px with text of 200 %", "no sideways scrolling, nothing cut"
        )
        self.reach = Check("Touch targets at 360 px", "≥ 24 px everywhere, ≥ 44 px on pages for the phone")
        self.still = Check("Reduced motion", "nothing moves")
        self.sound = Check("Status, console, headings, landmarks, images, third parties", "nothing amiss")
        self.fields = Check("Fields for personal details", "autocomplete, type and inputmode on each")
        self.checks = [self.axe, self.fit, self.reach, self.still, self.sound, self.fields]
        self.runs = self.looked = 0

    def at(self, pages: Iterable[Page]) -> None:
        """Look at all of them."""
        for each in pages:
            print(f"    {each.label}", file=sys.stderr, flush=True)
            self.one(each)
        self.axe.measured = f"{self.runs} runs on {self.looked} pages"
        for check in self.checks[1:]:
            check.measured = f"{self.looked} pages"

    def one(self, page: Page) -> None:
        """Open a page once and turn it through its modes."""
        tab = self.people.context(page.who).new_page()
        told: list[str] = []
        tab.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
        tab.on("pageerror", lambda error: told.append(str(error)))
        try:
            tab.set_viewport_size({"width": 360, "height": 780})
            answer = tab.goto(page.url, wait_until="load")
            self.looked += 1
            if answer.status != page.status:
                self.sound.fault(page.label, page.who, f"answers {answer.status}, not {page.status}", tab.url)
                return
            self._turn(page, tab)
            for text in told:
                if not (answer.status >= 400 and "Failed to load resource" in text):
                    self.sound.fault(page.label, page.who, "the console complains", text)
        finally:
            tab.close()

    def _turn(self, page: Page, tab: Any) -> None:
        tab.evaluate(AXE.read_text())
        if not page.door.endswith("styleguide"):  # which shows the heads of several pages
            self._probe(self.sound, page, tab, "", "structure")
        self._probe(self.fields, page, tab, "", "fields")
        self._probe(self.fit, page, tab, "360 px", "overflow", "cut")
        self._probe(self.reach, page, tab, "360 px", f"targets {44 if is_for_phone(page) else 24}")
        self._axe(page, tab, "360 light", RULES)
        tab.emulate_media(color_scheme="dark", reduced_motion="reduce")
        self._probe(self.still, page, tab, "", "motion")
        self._axe(page, tab, "360 dark", COLOURS)
        tab.emulate_media(color_scheme="light", reduced_motion="reduce")
        tab.set_viewport_size({"width": 320, "height": 780})
        self._probe(self.fit, page, tab, "320 px", "overflow", "cut")
        tab.set_viewport_size({"width": 640, "height": 900})
        tab.evaluate("document.documentElement.style.fontSize = '200%'")
        self._probe(self.fit, page, tab, "640 px, text 200 %", "overflow")
        tab.evaluate("document.documentElement.style.fontSize = ''")
        tab.set_viewport_size({"width": 1280, "height": 900})
        self._probe(self.fit, page, tab, "1280 px", "overflow", "cut")
        self._axe(page, tab, "1280 light", RULES)
        tab.emulate_media(color_scheme="dark", reduced_motion="reduce")
        self._axe(page, tab, "1280 dark", COLOURS)

    def _probe(self, check: Check, page: Page, tab: Any, mode: str, *names: str) -> None:
        for name in names:
            probe, _, number = name.partition(" ")
            for what, element in tab.evaluate(f"({PROBES}).{probe}({number})"):
                check.fault(page.label, mode or page.who, what, element)

    def _axe(self, page: Page, tab: Any, mode: str, rules: list[str]) -> None:
        self.runs += 1
        tab.evaluate(
            "(bars) => document.querySelectorAll(bars).forEach((bar) => (bar.style.position = 'static'))", STICKY
        )
        for what, element in violations(tab, rules, only_grave=not page.is_public):
            self.axe.fault(page.label, mode, what, element)


def is_for_phone(page: Page) -> bool:
    """Pages that people use with a thumb: the public site, the student area, and a trainer's day."""
    return (
        page.is_public or page.who in ("student", "secure") or (page.who == "trainer" and page.url.endswith("/admin/"))
    )


def violations(tab: Any, rules: list[str], *, only_grave: bool = False) -> list[tuple[str, str]]:
    """What axe finds by tags or rules, each with the element. axe must be in the page."""
    kind = "rule" if rules is COLOURS else "tag"
    options = {"runOnly": {"type": kind, "values": rules}, "resultTypes": ["violations"], "iframes": False}
    found = tab.evaluate(
        f"""Promise.race([
            axe.run({json.dumps(options)}).then((found) => found.violations),
            new Promise((_, fail) => setTimeout(() => fail(new Error("axe did not come to an end")), 60000)),
        ])"""
    )
    return [
        (f"{each['impact']}: {each['id']}", f"{node['target'][0]} {node['html'][:120]}{_colours(node)}")
        for each in found
        if not only_grave or each["impact"] in GRAVE
        for node in each["nodes"]
    ]


def _colours(node: dict[str, Any]) -> str:
    data = next((each["data"] for each in node["any"] if each["id"] == "color-contrast"), None)
    return f" {data['fgColor']} on {data['bgColor']} is {data['contrastRatio']}" if data else ""
