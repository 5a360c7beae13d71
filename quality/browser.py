"""The people in front of a browser: one browser context for each, signed in once."""

import time
from typing import Any

from config.run.site import DEMO_PASSWORD
from quality.serve import Site
from quality.world import SECRET, World

PLATFORM = ("operator", "guard")
GUARDED = ("secure", "guard")  # by a second factor


class People:
    """The browser of each: `owner` is signed in, `secure halfway` has still to give a code, `""` is a visitor."""

    def __init__(self, chromium: Any, site: Site, world: World) -> None:
        self.chromium, self.site, self.world = chromium, site, world
        self.contexts: dict[str, Any] = {}

    def context(self, who: str, **options: Any) -> Any:
        """The browser of `who`. With `options`, a new one that the caller closes."""
        if options:
            return self._new(**options)
        if who not in self.contexts:
            self.contexts[who] = self._new()
            if who:
                self._sign_in(who)
        return self.contexts[who]

    def cookies(self, who: str) -> list[Any]:
        return list(self.context(who).cookies())

    def _new(self, **options: Any) -> Any:
        context = self.chromium.new_context(**{"locale": "en-GB", "viewport": {"width": 1280, "height": 900}} | options)
        context.set_default_timeout(15_000)
        return context

    def _sign_in(self, who: str) -> None:
        page = self.contexts[who].new_page()
        name, halfway = who.removesuffix(" halfway"), who.endswith(" halfway")
        at_platform = name in PLATFORM
        home = self.site.platform if at_platform else self.site.under_slug(self.world.slug)
        email = f"{name}@muster.test" if at_platform else self.world.email(name)
        page.goto(f"{home}/accounts/login/")
        page.fill("main [name=login]", email)
        page.fill("main [name=password]", DEMO_PASSWORD)
        page.click("main form button[type=submit], main form button:not([type])")
        page.wait_for_load_state("load")
        if name in GUARDED and not halfway:
            page.fill("main [name=code]", _code())
            page.locator("main form button").first.click()
            page.wait_for_load_state("load")
        wanted = "mfa/authenticate" in page.url if halfway else "/accounts/" not in page.url
        assert wanted, f"{who} could not sign in: {page.url}"
        page.close()


def _code() -> str:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))
