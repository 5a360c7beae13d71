"""wapiti and sqlmap against the demo's pages and API, as a stranger and signed in."""

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import requests

from attack.site import ROOT, TENANT, Site
from config.run.site import DEMO_PASSWORD

TOOLS = ROOT / "var" / "attack-venv" / "bin"
# All that fit. Left out: those that fetch lists from the network or need a listener on it (buster, htp, log4shell,
# nikto, ssrf, takeover, wapp, xxe), those for other software (drupal, shellshock, spring, wordpress), guessing
# passwords and HTTPS redirects (tests), uploads (there are none).
MODULES = [
    "backup", "cookieflags", "crlf", "csp", "csrf", "exec", "file", "htaccess", "http_headers", "methods",
    "permanentxss", "redirect", "sql", "timesql", "xss",
]  # fmt: skip
# What a finding of this kind means here, by a part of its text. Anything else is real until somebody shows it isn't.
EXPLAINED = {
    "Strict-Transport-Security": "The demo speaks plain HTTP; over HTTPS the header is there (tests/security).",
    "Secure flag is not set": "The demo speaks plain HTTP; over HTTPS they are `__Host-` and secure (tests/security).",
    "X-XSS-Protection": "An obsolete header that browsers ignore or misuse; the content security policy does its work.",
}


@dataclass(frozen=True)
class Scanned:
    """What a scan came to: `found` are sentences that nothing explains, `explained` those that something does."""

    what: str
    size: str
    found: list[str]
    explained: dict[str, str]


def cookie_of(site: Site, person: str) -> str:
    """The `Cookie` header of somebody who signed in at the page."""
    browser = requests.Session()
    page = browser.get(f"{site.pages}/accounts/login/", timeout=30)
    token = re.search(r'name="csrfmiddlewaretoken"\s+value="([^"]+)"', page.text)
    assert token
    form = {"login": f"{person}@{TENANT}.test", "password": DEMO_PASSWORD, "csrfmiddlewaretoken": token[1]}
    answer = browser.post(f"{site.pages}/accounts/login/", form, headers={"Referer": page.url}, timeout=30)
    assert f"sessionid-{TENANT}" in browser.cookies, answer.status_code
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies)


def wapiti(site: Site, start: str, person: str, *, seconds: int, reports: Path) -> Scanned:
    """Crawl from `start` and try every module; signed in as `person`, or as nobody when that is empty."""
    name = f"wapiti {start or 'home'} as {person or 'nobody'}"
    report = reports / f"{name.replace(' ', '-').replace('/', '')}.json"
    command = [
        *(TOOLS / "wapiti", "-u", f"{site.pages}/{start}", "--scope", "folder", "-m", ",".join(MODULES)),
        *("--max-scan-time", seconds, "--max-attack-time", max(20, seconds // 10), "--max-links-per-page", 40),
        *("-x", f"{site.pages}/accounts/logout/", "--flush-session", "--store-session", reports / "wapiti"),
        *("-f", "json", "-o", report, "--tasks", 4, "--no-bugreport", "--color", "-S", "normal"),
    ]
    if person:
        command += ["-H", f"Cookie: {cookie_of(site, person)}"]
    _run(command, reports / f"{report.stem}.txt", seconds * 2 + 300)
    told = json.loads(report.read_text())
    found, explained = [], {}
    for kind in ("vulnerabilities", "anomalies"):
        for title, hits in told[kind].items():
            for hit in hits:
                text = f"{title}: {hit.get('info', '')} ({hit.get('method', '')} {hit.get('path', '')})"
                reason = next((why for part, why in EXPLAINED.items() if part in text), "")
                if reason:
                    explained[f"{title}: {hit.get('info', '')}"] = reason
                else:
                    found.append(text)
    return Scanned(name, f"{told['infos'].get('crawled_pages_nbr', '?')} pages", found, explained)


def sqlmap(site: Site, *, reports: Path, seconds: int) -> list[Scanned]:
    """Every parameter of the lists and forms that take text, as whoever may send it."""
    office = cookie_of(site, "office")
    targets = {
        "courses page": (f"{site.pages}/courses/?q=gas&category=gas-safety&audience=engineers", ""),
        "API courses": (f"{site.api}/courses?q=gas&category=gas&ordering=title&priceFrom=1&cursor=x", ""),
        "API sessions": (f"{site.api}/sessions?status=scheduled&dateFrom=2027-01-01&seats=1&ordering=startsAt", ""),
        "office search": (f"{site.pages}/admin/search/?q=gas", office),
        "office bookings": (f"{site.pages}/admin/bookings/?q=gas&status=pending&sort=date", office),
        "office students": (f"{site.pages}/admin/students/?q=gas&sort=name", office),
    }
    scanned = []
    for name, (url, cookie) in targets.items():
        folder = reports / "sqlmap" / name.replace(" ", "-")
        command = [
            *(TOOLS / "sqlmap", "-u", url, "--batch", "--dbms", "PostgreSQL"),
            *("--level", 2, "--risk", 2, "--threads", 2),
            *("--output-dir", folder, "--flush-session", "--disable-coloring", "--technique", "BEUST", "--time-sec", 3),
        ]
        if cookie:
            command += ["--cookie", cookie]
        log = reports / f"sqlmap-{name.replace(' ', '-')}.txt"
        _run(command, log, seconds)
        text = log.read_text(errors="replace")
        found = re.findall(r"Parameter: .*|.*is vulnerable.*", text)
        over = "do not appear to be injectable" in text or "does not seem to be injectable" in text
        if not found and (not over or "stopped: out of time" in text):
            found = ["not finished; nothing until then"]
        tested = len(set(re.findall(r"testing (?:for SQL injection on|if) \w+ parameter '(\w+)'", text)))
        scanned.append(Scanned(f"sqlmap {name}", f"{tested} parameters", found, {}))
    return scanned


def _run(command: list[object], log: Path, seconds: int) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as out:
        try:
            subprocess.run(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=False,
                timeout=seconds, env={**os.environ, "NO_COLOR": "1"},
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            out.write("\nstopped: out of time\n")
