"""Three bookings made in a browser, so that every step of the road has a page to look at."""

import time
from typing import Any
from urllib.parse import urlsplit

from quality import telephones
from quality.serve import Site
from quality.world import World
from tests.support.waiting import wait_until


def walk(context: Any, site: Site, world: World) -> dict[str, str]:
    """Book as three visitors: one stops at the card, one is asked by the bank, one pays. The URLs of the steps."""
    from tests.browser.people import ASKS_THE_BANK, Visitor

    home, session = site.under_slug(world.slug), world["open session"]
    domain = f"{int(time.time())}.example.com"  # nobody books the same session twice
    page = context.new_page()
    road: dict[str, str] = {}

    def book(name: str) -> Visitor:
        context.clear_cookies()
        visitor = Visitor(page, home)
        visitor.open(f"/sessions/{session}/book/")
        visitor.say_who(name, f"{name.split()[0].lower()}@{domain}")
        visitor.is_at("/bookings/[^/]+/check/")
        return visitor

    stops = book("Stella Stops")
    road["check"] = page.url
    road["checking"] = page.url.replace("/check/", "/done/")
    stops.go_and_pay()
    road["pay"] = urlsplit(page.url).path
    asked = book("Aisha Asked")
    asked.go_and_pay()
    asked.card(ASKS_THE_BANK)
    page.wait_for_url("**/challenge/**")
    road["challenge"] = urlsplit(page.url).path
    pays = book("Paula Pays")
    pays.go_and_pay()
    pays.card()
    pays.is_booked()
    road["done"] = page.url
    page.close()
    road["onboarding"] = _onboarding(world)
    mail = _mail_to(f"paula@{domain}")
    road["mail"] = f"/sandbox/mail/{mail}/"
    context.clear_cookies()
    return road | telephones.use(world)


def _onboarding(world: World) -> str:
    """The path of the page where the provider would tell Stripe who it is."""
    from shared_apps.sandbox.models import StripeObject
    from shared_apps.tenants.accounts import account_at
    from shared_apps.tenants.context import public_context

    present = account_at("stripe", tenant=world.tenant)
    assert present
    with public_context():
        account = StripeObject.objects.get(pk=present.account)
        link = {"until": int(time.time()) + 7200, "return_url": "/", "refresh_url": "/"}
        account.inner["links"] = {"quality": link}
        account.save()
    return f"/sandbox/stripe/onboarding/{account.pk}/quality"


def _mail_to(address: str) -> str:
    """The key of the newest mail to an address, which the worker sends some seconds after the booking."""
    from shared_apps.sandbox.models import Mail
    from shared_apps.tenants.context import public_context

    with public_context():
        mails = Mail.objects.filter(recipients__contains=[address])
        wait_until(mails.exists, f"a mail to {address}", seconds=60, every=0.5)
        return str(mails.latest("created_at").pk)
