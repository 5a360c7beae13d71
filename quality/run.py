"""The parts of `make quality`, in the order in which they disturb each other least."""

import re
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from quality import pages as listed
from quality.browser import People
from quality.colours import try_colours
from quality.findings import Check
from quality.lighthouse import audit
from quality.links import Crawl
from quality.look import Look
from quality.mails import read_all
from quality.pages import Page
from quality.printing import print_all
from quality.refusals import refuse_all
from quality.road import walk
from quality.roads import drive
from quality.serve import TENANTS, Site
from quality.validity import validate
from quality.weight import weigh
from quality.world import World, explore
from tests.support.chromium import chromium


@dataclass
class Run:
    """One run over a site; `checks` are the rows of the report, `speeds` Lighthouse's figures page by page."""

    site: Site
    slug: str
    like: str = ""
    checks: list[Check] = field(default_factory=list)
    speeds: list[dict[str, Any]] = field(default_factory=list)

    def parts(self) -> dict[str, Callable[[], list[Check]]]:
        """Each part by its name."""
        return {
            "lighthouse": self._lighthouse,
            "known": lambda: [_known(self.pages)],
            "look": self._look,
            "html": self._html,
            "forms": lambda: [refuse_all(self.people, self.pages)],
            "print": lambda: [print_all(self.people, self.site, self.world, self.road)],
            "weight": lambda: [weigh(self.people.chromium, self._first_pages())],
            "colours": lambda: [try_colours(self.people, self.site, explore(TENANTS[2]))],
            "mails": lambda: [read_all(self.people, self.site, self.world, self.road)],
            "links": lambda: [_links(self.people, self.site)],
            "roads": drive,
        }

    def go(self, names: list[str]) -> Iterator[list[Check]]:
        """Run the parts of these names, or all; the checks of each as soon as they are known."""
        self.world: World = explore(self.slug)
        with chromium() as browser:
            self.people = People(browser, self.site, self.world)
            self.road = walk(self.people.context(""), self.site, self.world)
            self.pages = [
                page for page in listed.all_pages(self.site, self.world, self.road) if re.search(self.like, page.label)
            ]
            for name, part in self.parts().items():
                if not names or name in names:
                    print(f"  {name} …", flush=True)
                    checks = _all_of(name, part)
                    self.checks += checks
                    yield checks

    def _look(self) -> list[Check]:
        look = Look(self.people)
        look.at(self.pages)
        return look.checks

    def _html(self) -> list[Check]:
        sent = {
            page.label: self.people.context(page.who).request.get(page.url).text()
            for page in self.pages
            if page.url.startswith("http://localhost")  # a host of its own sends the same
            and not page.door.endswith("styleguide")  # which shows each sample twice
        }
        return validate(sent)

    def _lighthouse(self) -> list[Check]:
        home = self.site.under_slug(self.slug)
        first = {page.url: page.label for page in listed.public(home, self.world) if "nothing" not in page.label}
        pages = {label: url for url, label in first.items() if self._wants_to_be_found(url)}
        pages["platform"] = f"{self.site.platform}/"
        checks, self.speeds = audit({label: url for label, url in pages.items() if re.search(self.like, label)})
        return checks

    def _wants_to_be_found(self, url: str) -> bool:
        """Whether a page leaves itself to search engines; Lighthouse's SEO marks down the others for just that."""
        return '<meta name="robots" content="noindex' not in self.people.context("").request.get(url).text()

    def _first_pages(self) -> dict[str, str]:
        course = f"{self.site.under_slug(self.slug)}/courses/{self.world['open course']}/"
        homes = {f"home of {slug}": f"{self.site.under_slug(slug)}/" for slug in TENANTS}
        return homes | {"course": course, "platform": f"{self.site.platform}/"}


def _all_of(name: str, part: Callable[[], list[Check]]) -> list[Check]:
    """The checks of a part; one that breaks down is a finding, and the other parts go on."""
    try:
        return part()
    except Exception as trouble:
        traceback.print_exc()
        check = Check(f"The part called {name}", "runs to its end", "it broke down")
        check.fault(name, "", type(trouble).__name__, str(trouble))
        return [check]


def _known(pages: list[Page]) -> Check:
    check = Check("Every page of the resolver is looked at", "none forgotten", f"{len(pages)} pages")
    for door in listed.forgotten(pages):
        check.fault(door, "", "is in no list of quality/pages.py")
    return check


def _links(people: People, site: Site) -> Check:
    check = Check("Links, followed through every provider's site and the office", "none is dead")
    walks = [Crawl(check, homes=[site.under_slug(slug)]) for slug in TENANTS]
    walks.append(Crawl(check, homes=[site.on_host(TENANTS[0])]))
    walks.append(
        Crawl(check, homes=[f"{site.under_slug(TENANTS[0])}/admin"], cookies=people.cookies("owner"), most=400)
    )
    check.measured = f"{sum(len(walk.go().places) for walk in walks)} addresses"
    return check
