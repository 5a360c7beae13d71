"""What the first page of a visit costs in bytes, and whom it asks."""

from typing import Any
from urllib.parse import urlsplit

from quality.findings import Check

KILO = 1000
MOST_SCRIPT, MOST = 50 * KILO, 200 * KILO


def weigh(browser: Any, pages: dict[str, str]) -> Check:
    """Open each page, given by its label, in a browser that knows nothing, on a phone."""
    check = Check("First visit: script, everything, third parties", "≤ 50 kB, ≤ 200 kB, none")
    worst_script = worst = 0
    for label, address in pages.items():
        asked = _bytes_of(browser, address)
        script = sum(size for kind, size, _ in asked if kind == "Script")
        everything = sum(size for _, size, _ in asked)
        worst_script, worst = max(worst_script, script), max(worst, everything)
        heaviest = max(asked, key=lambda each: each[1])
        if script > MOST_SCRIPT:
            check.fault(label, "", f"{script / KILO:.0f} kB of script")
        if everything > MOST:
            check.fault(label, "", f"{everything / KILO:.0f} kB in all", f"{heaviest[2]}: {heaviest[1] / KILO:.0f} kB")
        for _, _, url in asked:
            if urlsplit(url).scheme != "data" and urlsplit(url).netloc != urlsplit(address).netloc:
                check.fault(label, "", "asks a third party", url)
    check.measured = f"at most {worst_script / KILO:.0f} kB and {worst / KILO:.0f} kB on {len(pages)} pages, none"
    return check


def _bytes_of(browser: Any, address: str) -> list[tuple[str, int, str]]:
    """Kind, bytes on the wire and address of all that a page loads without being scrolled."""
    context = browser.new_context(viewport={"width": 412, "height": 823}, device_scale_factor=2)
    page = context.new_page()
    line = context.new_cdp_session(page)
    kinds: dict[str, tuple[str, str]] = {}
    sizes: dict[str, int] = {}
    line.on("Network.responseReceived", lambda e: kinds.update({e["requestId"]: (e["type"], e["response"]["url"])}))
    line.on("Network.loadingFinished", lambda e: sizes.update({e["requestId"]: int(e["encodedDataLength"])}))
    line.send("Network.enable")
    page.goto(address, wait_until="networkidle")
    context.close()
    return [(kind, sizes.get(key, 0), url) for key, (kind, url) in kinds.items()]
