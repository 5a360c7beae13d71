"""The mails as people read them: on a small phone, in the dark, without pictures, or as plain text."""

import re
import time
from typing import Any

from quality.browser import People
from quality.findings import Check
from quality.look import AXE, COLOURS, PROBES, violations
from quality.serve import Site
from quality.world import World

LINK = re.compile(r'href="(https?://[^"]+)"')
CALENDAR = "calendar.google.com"  # the text has the attached file instead
ENOUGH = 5  # different mails: booked, receipt, cancelled, confirm your address, reset your password


def read_all(people: People, site: Site, world: World, road: dict[str, str]) -> Check:
    """Let the site send its mails and read one of each."""
    check = Check("Mails at 320 px, dark, without pictures; plain text", "readable, every link in both")
    _cause(people, site, world, road)
    mails = _one_of_each()
    context = people.context("", viewport={"width": 320, "height": 700}, color_scheme="dark")
    context.route("**/*", lambda route: route.abort())
    tab = context.new_page()
    for label, mail in mails.items():
        tab.set_content(mail.html or "<p>None</p>", wait_until="load")
        tab.evaluate(AXE.read_text())
        for what, element in tab.evaluate(f"({PROBES}).overflow()"):
            check.fault(label, "320 px", what, element)
        for what, element in violations(tab, COLOURS[:2]):
            check.fault(label, "320 px dark", what, element)
        _compare(check, label, mail)
    context.close()
    if len(mails) < ENOUGH:
        check.fault("the mailbox", "", f"holds {len(mails)} kinds of mail, not {ENOUGH}", ", ".join(mails))
    check.measured = f"{len(mails)} kinds of mail"
    return check


def _cause(people: People, site: Site, world: World, road: dict[str, str]) -> None:
    """Cancel the booking that was paid for, sign up, and forget a password."""
    from tests.browser.people import Visitor

    tab = people.context("").new_page()
    visitor = Visitor(tab, site.under_slug(world.slug))
    tab.goto(road["done"])
    visitor.link("Manage this booking").click()
    visitor.link("Cancel this booking").click()
    visitor.button("Cancel").click()
    visitor.reads("Cancelled")
    visitor.open("/accounts/password/reset/")
    visitor.fill(email=world.email("student"))
    tab.locator("main form button").first.click()
    tab.wait_for_load_state("load")
    visitor.open("/accounts/signup/")
    for name, value in {
        "name": "Nia New",
        "email": f"nia-{int(time.time())}@example.com",
        "password1": "a-long-pass-7",
    }.items():
        if tab.locator(f"main [name={name}]").count():
            visitor.fill(**{name: value})
    tab.locator("main form button").first.click()
    tab.wait_for_load_state("load")
    tab.close()


def _one_of_each() -> dict[str, Any]:
    """The newest mail of each kind, by a subject without names and numbers, once no more come in."""
    from shared_apps.sandbox.models import Mail
    from shared_apps.tenants.context import public_context

    deadline, count = time.monotonic() + 40, -1
    while time.monotonic() < deadline:
        with public_context():
            kinds = {_kind(mail.subject): mail for mail in Mail.objects.order_by("created_at")}
        if len(kinds) >= ENOUGH and len(kinds) == count:
            break
        count = len(kinds)
        time.sleep(4)
    return kinds


def _kind(subject: str) -> str:
    return " ".join(re.sub(r"[^a-z ]", " ", subject.lower()).split()[:3])


def _compare(check: Check, label: str, mail: Any) -> None:
    if not mail.text.strip():
        check.fault(label, "text", "has no plain text")
    if re.search(r"</?[a-z]+[ >]|&[a-z]+;", mail.text):
        check.fault(label, "text", "has HTML in its plain text")
    if not mail.html:
        return
    for link in LINK.findall(mail.html.replace("&amp;", "&")):
        if link.rstrip("/") not in mail.text and CALENDAR not in link:
            check.fault(label, "text", "lacks a link of the HTML", link)
