"""What comes out of the printer: one sheet of A4, without the site's navigation."""

import io
from typing import Any

from quality.browser import People
from quality.findings import Check
from quality.serve import Site
from quality.world import World

ON_SCREEN_ONLY = ("Skip to the content", "Sign in", "Sign out", "Powered by Muster", "Privacy", "Dashboard", "Search")
MARGINS = dict.fromkeys(("top", "right", "bottom", "left"), "14mm")


def print_all(people: People, site: Site, world: World, road: dict[str, str]) -> Check:
    """Print the pages that people take along, and the receipt."""
    check = Check(
        "Print: booking, confirmation, cancelled booking, register, office booking, receipt",
        "1 page of A4, no navigation",
    )
    home = site.under_slug(world.slug)
    pages = [
        ("", "booking", f"{home}/bookings/{world['paid booking']}/"),
        ("", "done", road["done"]),
        ("", "booking, cancelled", f"{home}/bookings/{world['cancelled booking']}/"),
        ("owner", "session's register", f"{home}/admin/sessions/{world['past session']}/"),
        ("owner", "office booking", f"{home}/admin/bookings/{world['paid booking id']}/"),
    ]
    for who, label, address in pages:
        tab = people.context(who).new_page()
        tab.goto(address, wait_until="load")
        heading = tab.locator("h1").first.inner_text()
        _judge(check, label, tab.pdf(format="A4", margin=MARGINS), heading)
        tab.close()
    receipt = people.context("").request.get(f"{home}/bookings/{world['paid booking']}/receipt.pdf")
    _judge(check, "receipt", receipt.body(), "Receipt")
    check.measured = f"{len(pages) + 1} documents"
    return check


def _judge(check: Check, label: str, pdf: bytes, heading: str) -> None:
    from pypdf import PdfReader

    sheets = PdfReader(io.BytesIO(pdf)).pages
    text = " ".join(" ".join(sheet.extract_text() for sheet in sheets).split())
    if len(sheets) != 1:
        check.fault(label, "print", f"takes {len(sheets)} pages", f"the last has: {_tail(sheets)}")
    width, height = (round(float(each) / 72 * 25.4) for each in sheets[0].mediabox[2:])
    across = label.endswith("register")  # names, boxes and signatures need the width
    if (width, height) != ((297, 210) if across else (210, 297)):
        check.fault(label, "print", f"is {width}×{height} mm")
    if "".join(heading.split()).lower() not in "".join(text.split()).lower():
        check.fault(label, "print", "lacks its heading", heading)
    for words in ON_SCREEN_ONLY:
        if f" {words} " in f" {text} ":
            check.fault(label, "print", "shows navigation", words)


def _tail(sheets: Any) -> str:
    return str(sheets[-1].extract_text())[:120]
