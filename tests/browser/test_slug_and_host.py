"""The same road below the provider's slug and on its own host: no link ever leaves the way one came."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests import make

LINKS = """() => [
  ...[...document.querySelectorAll("a[href]")].map((a) => a.href),
  ...[...document.querySelectorAll("form")].map((form) => form.action),
  ...[...document.querySelectorAll("[hx-get],[hx-post]")].map((e) =>
    new URL(e.getAttribute("hx-get") || e.getAttribute("hx-post") || "", location.href).href),
  ...[...document.querySelectorAll("img[src],script[src]")].map((e) => e.src),
  ...[...document.querySelectorAll("link[rel=stylesheet],link[rel=icon]")].map((e) => e.href),
]"""
ELSEWHERE = {"calendar.google.com"}
SANDBOX = "/sandbox/"  # the sandbox's own pages are on the platform's host alone


def stays(person):
    """Every link, form, picture and style of this page is in the provider's own mode."""
    home = urlsplit(person.home)
    for url in person.page.evaluate(LINKS):
        to = urlsplit(url)
        if to.scheme not in ("http", "https") or to.hostname in ELSEWHERE or to.path.startswith(SANDBOX):
            continue
        assert to.netloc == home.netloc, f"{person.page.url} leads to {url}"
        if not to.path.startswith("/static/"):
            assert f"{to.path}/".startswith(f"{home.path}/"), f"{person.page.url} leads to {url}"
            assert home.path or not to.path.startswith("/alpha/"), f"{person.page.url} leads to {url}"


@pytest.mark.parametrize("mode", ["slug", "host"])
def test_the_whole_road_stays_in_its_mode(shop, visitor, mode):
    course = make.course(title="Boiler servicing", lead_trainer=make.trainer(name="Grace Hopper"))
    make.session(course=course, in_days=30)
    session = make.session(course=course, in_days=60)
    officer = make.user("admin")
    ada = visitor(home=shop.under_slug if mode == "slug" else shop.on_host)
    ada.open()
    stays(ada)
    ada.find("boiler", "Boiler servicing")
    stays(ada)
    ada.choose(session)
    stays(ada)
    ada.say_who()
    ada.is_at("/bookings/[^/]+/check/")
    stays(ada)
    ada.go_and_pay()
    ada.card()
    reference = ada.is_booked()
    stays(ada)
    ada.link("Manage this booking").click()
    ada.is_at("/bookings/[^/]+/")
    stays(ada)
    calendar = ada.page.evaluate("url => fetch(url).then((r) => r.text())", ada.link("Add to").get_attribute("href"))
    assert "BEGIN:VCALENDAR" in calendar
    for path in ("/courses/", "/trainers/", "/about/", "/accounts/login/", "/accounts/signup/", "/nothing-here/"):
        ada.open(path)
        stays(ada)

    ada.sign_in(officer.email)
    ada.is_at("/admin/")
    pages = ("", "bookings/", "courses/", "sessions/", "students/", f"courses/{course.pk}/", f"sessions/{session.pk}/")
    for path in [f"/admin/{page}" for page in pages]:
        ada.open(path)
        stays(ada)
    ada.open(f"/admin/bookings/?q={reference}")
    ada.reads(reference)
    ada.link("Ada Byron").click()
    ada.is_at("/admin/bookings/[^/]+/")
    stays(ada)
    ada.page.get_by_role("link", name="See your site").locator("visible=true").first.click()
    ada.is_at("/")
    stays(ada)


def test_signing_in_under_the_slug_is_not_signing_in_on_the_host(shop, signed_in):
    """Cookies belong to a host; nobody may be surprised by being somebody there."""
    desk = signed_in(make.user("admin"))
    desk.page.goto(f"{shop.on_host}/admin/")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Sign in")
    desk.open("/admin/")
    desk.is_at("/admin/")
