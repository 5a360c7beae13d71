"""Whatever colours a provider picks, everything stays readable."""

import random
from typing import Any

from quality.browser import People
from quality.findings import Check
from quality.look import AXE, COLOURS, violations
from quality.serve import Site
from quality.world import World

BRANDS = 20


def try_colours(people: People, site: Site, world: World) -> Check:
    """Give the provider random colours, one pair after the other, and look at its pages in light and dark."""
    check = Check(f"Contrast under {BRANDS} random brand colours, light and dark", "no finding of axe")
    home, dice = site.under_slug(world.slug), random.Random(20)
    pages = {
        "home": "/",
        "course": f"/courses/{world['open course']}/",
        "who is coming": f"/sessions/{world['open session']}/book/",
    }
    tab = people.context("", viewport={"width": 1280, "height": 900}).new_page()
    before = _paint(world)
    looked = 0
    for _ in range(BRANDS):
        primary, accent = (f"#{dice.randrange(1 << 24):06x}" for _ in range(2))
        _paint(world, primary_colour=primary, accent_colour=accent)
        for label, path in pages.items():
            tab.goto(home + path, wait_until="load")
            tab.evaluate(AXE.read_text())
            for mode in ("light", "dark"):
                tab.emulate_media(color_scheme=mode, reduced_motion="reduce")
                looked += 1
                for what, element in violations(tab, COLOURS):
                    check.fault(label, f"{mode}, {primary} and {accent}", what, element)
    _paint(world, **before)
    tab.context.close()
    check.measured = f"{looked} looks"
    return check


def _paint(world: World, **brand: str) -> dict[str, str]:
    """Change the provider's colours; return what they are without a change."""
    from shared_apps.accounts.models import User
    from shared_apps.tenants.context import tenant_context
    from tenant_apps.branding.models import Brand
    from tenant_apps.branding.services import change_brand

    with tenant_context(world.tenant):
        if brand:
            by: Any = User.objects.get(email=world.email("owner"))
            change_brand(brand, by=by)
        row = Brand.objects.load()
        return {name: getattr(row, name) for name in ("primary_colour", "accent_colour")}
