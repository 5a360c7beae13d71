"""What a form says when it is refused: on every form that asks for something."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from playwright.sync_api import Error

from quality.browser import People
from quality.findings import Check
from quality.pages import Page

SCRIPT = (Path(__file__).parent / "refusals.js").read_text()


def refuse_all(people: People, pages: Iterable[Page]) -> Check:
    """Send each form with one thing missing and read the page that comes back."""
    check = Check("Refused forms: title, summary with focus and links, fields marked, words kept", "on every form")
    seen: set[str] = set()
    sent = 0
    for page in pages:
        if page.door in seen or page.status != 200 or "sandbox" in page.door or page.door.endswith("styleguide"):
            continue
        seen.add(page.door)
        for number in range(_forms(people, page)):
            sent += _refuse(check, people, page, number)
    check.measured = f"{sent} forms"
    return check


def _forms(people: People, page: Page) -> int:
    tab = people.context(page.who).new_page()
    tab.goto(page.url, wait_until="load")
    count = int(tab.locator("main form[method=post]").count())
    tab.close()
    return count


def _refuse(check: Check, people: People, page: Page, number: int) -> int:
    tab: Any = people.context(page.who).new_page()
    try:
        tab.goto(page.url, wait_until="load")
        with tab.expect_response(lambda answer: answer.request.method == "POST", timeout=8000) as answered:
            told = tab.locator("main form[method=post]").nth(number).evaluate(f"(form) => ({SCRIPT}).send(form)")
            if told is None:
                raise _Nothing
        answered.value.finished()
        tab.wait_for_load_state("load")
        tab.wait_for_timeout(150)
        for what, element in _judged(tab, told):
            check.fault(page.label, page.who, what, element)
    except _Nothing:
        return 0
    finally:
        tab.close()
    return 1


def _judged(tab: Any, told: Any) -> list[tuple[str, str]]:
    """What is wrong with the page that answered, once it stays: some lead on to another by themselves."""
    try:
        found: list[tuple[str, str]] = tab.evaluate(f"(told) => ({SCRIPT}).judge(told)", told)
    except Error:
        tab.wait_for_load_state("networkidle")
        found = tab.evaluate(f"(told) => ({SCRIPT}).judge(told)", told)
    return found


class _Nothing(Exception):
    """The form asks for nothing that must be given."""
