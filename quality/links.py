"""Follows every link of every provider's site, and of the office, and says which lead nowhere."""

from collections import Counter, deque
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import requests

from quality.findings import Check

SENDING = {"a": "href", "area": "href", "link": "href", "script": "src", "img": "src", "source": "src", "iframe": "src"}
VARIANTS = 4  # of one path with other queries: filters multiply without end
OUTSIDE = ("mailto:", "tel:", "data:", "javascript:", "webcal:")
STAY_OUT = ("/accounts/logout/", "/sandbox/", "/mfa/recovery-codes/download/")


class Links(HTMLParser):
    """What a page points at, and the places in it that can be pointed at."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.places = {"", "top"}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.places |= {given[name] for name in ("id", "name") if given.get(name)}
        if address := given.get(SENDING.get(tag, ""), ""):
            self.found.append(address)
        self.found += [part.split()[0] for part in given.get("srcset", "").split(",") if part.strip()]


class Crawl:
    """One walk through one site. `homes` are the addresses below which pages are read, not only asked for."""

    def __init__(self, check: Check, *, homes: list[str], cookies: list[Any] | None = None, most: int = 1500) -> None:
        self.check, self.homes, self.most = check, homes, most
        self.session = requests.Session()
        for cookie in cookies or []:
            self.session.cookies.set(cookie["name"], cookie["value"], path=cookie["path"])
        self.places: dict[str, set[str] | None] = {}
        self.variants: Counter[str] = Counter()
        self.pointed: list[tuple[str, str, str]] = []

    def go(self) -> "Crawl":
        """Ask for everything that can be reached; note what is not there."""
        waiting = deque((home + "/", "") for home in self.homes)
        while waiting and len(self.places) < self.most:
            address, came_from = waiting.popleft()
            page, place = urldefrag(address)
            self.pointed.append((page, place, came_from))
            if page in self.places or not self._is_wanted(page):
                continue
            waiting.extend((urljoin(page, to), page) for to in self._ask(page, came_from))
        for page, place, came_from in self.pointed:
            there = self.places.get(page)
            if there is not None and unquote(place) not in there:
                self.check.fault(_path(came_from), "", "points at a place that is not there", f"{_path(page)}#{place}")
        return self

    def _is_wanted(self, page: str) -> bool:
        parts = urlsplit(page)
        own = {urlsplit(home).netloc for home in self.homes}
        if page.startswith(OUTSIDE) or parts.netloc not in own or any(path in parts.path for path in STAY_OUT):
            return False
        bare = parts._replace(query="").geturl()
        self.variants[bare] += bool(parts.query)
        return self.variants[bare] <= VARIANTS

    def _ask(self, page: str, came_from: str) -> list[str]:
        self.places[page] = None
        parts = urlsplit(page)
        here = parts._replace(netloc=f"127.0.0.1:{parts.port}").geturl()  # not every system knows names in .localhost
        answer = self.session.get(here, headers={"Host": parts.netloc}, timeout=60, allow_redirects=False)
        if answer.is_redirect:
            return [answer.headers["Location"]]
        if answer.status_code >= 400:
            self.check.fault(_path(came_from), "", f"leads to {answer.status_code}", _path(page))
        is_html = answer.headers.get("content-type", "").startswith("text/html")
        if not is_html or not any(f"{page}/".startswith(f"{home}/") for home in self.homes):
            return []
        links = Links(answer.text)
        self.places[page] = links.places
        return [to for to in links.found if not to.startswith(OUTSIDE)]


def _path(address: str) -> str:
    parts = urlsplit(address)
    return parts._replace(scheme="", netloc="").geturl() or "the start"
