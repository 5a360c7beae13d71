"""Every page of the road and of the office on a small phone: it fits, it says nothing wrong, everybody can use it."""

import functools
from collections import defaultdict
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from quality.pages import all_pages, forgotten
from quality.serve import Site
from quality.world import World
from tests import make

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
WIDEST = """() => [...document.querySelectorAll("body *")]
  .filter((at) => at.getBoundingClientRect().right > innerWidth + 1 && !at.closest("[class*=sr-only], dialog"))
  .slice(-3).map((at) => at.outerHTML.slice(0, 120))"""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
UNSTICK = "document.querySelectorAll('.form-foot-sticky').forEach((bar) => (bar.style.position = 'static'))"
# All that differs in the dark; the page has the script already.
IN_THE_DARK = """async () => (await axe.run({runOnly: ["color-contrast"], resultTypes: ["violations"]})).violations"""


@functools.cache
def axe():
    return Axe()


def faults(person, path):
    """What is wrong with one page, by day and by night."""
    told = []
    person.page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    answer = person.open(path) if path else None
    person.page.wait_for_load_state("load")
    wrong = [f"console: {text}" for text in told if not (answer and answer.status >= 400)]
    if (wide := person.page.evaluate(OVERFLOW)) > 0:
        wrong.append(f"{wide} px too wide: {person.page.evaluate(WIDEST)}")
    # A field that happens to lie below the bar at the bottom is scrolled out from it when it is used.
    person.page.evaluate(
        "document.querySelectorAll('.form-foot-sticky').forEach((bar) => (bar.style.position = 'static'))"
    )
    found = axe().run(person.page, options=RULES).response["violations"]
    person.page.emulate_media(color_scheme="dark")
    person.page.evaluate("() => document.getAnimations().forEach((change) => change.finish())")
    found += person.page.evaluate(IN_THE_DARK)
    person.page.emulate_media(color_scheme="light")
    for finding in found:
        if finding["impact"] in ("serious", "critical"):
            where = [node["html"][:160] for node in finding["nodes"][:3]]
            wrong.append(f"{finding['impact']}: {finding['id']}, {finding['help']}: {where}")
    return [f"{person.page.url} {fault}" for fault in wrong]


def look(person, paths):
    wrong = [fault for path in paths for fault in faults(person, path)]
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def course():
    return make.course(
        title="Boiler servicing", lead_trainer=make.trainer(name="Grace Hopper"), description="All about *boilers*.",
        outcomes="You can service a boiler", requirements="Photo ID\nSafety shoes",
    )  # fmt: skip


def test_what_a_visitor_reads(visitor, course):
    make.session(course=course, in_days=30)
    make.session(course=course, in_days=60, capacity=1)
    ada = visitor(width=360)
    at_course = f"/courses/{course.slug}/"
    paths = ["/", "/courses/", "/courses/?q=nothing+like+it", at_course, f"{at_course}book/"]
    look(ada, [*paths, "/trainers/", "/about/", "/nothing-here/"])


def test_the_steps_of_a_booking(visitor, course):
    session, full = make.session(course=course), make.session(course=course, capacity=1, in_days=90)
    make.booking(session=full)
    ada = visitor(width=360)
    look(ada, [f"/sessions/{full.pk}/book/", f"/sessions/{session.pk}/book/"])
    ada.button("Continue").click()
    ada.page.locator("main [aria-invalid=true]").first.wait_for()
    look(ada, [""])
    ada.say_who()
    ada.is_at("/bookings/[^/]+/check/")
    look(ada, [""])
    ada.go_and_pay(deposit=True)
    look(ada, [""])
    ada.card()
    ada.is_booked()
    booking = ada.page.url.removeprefix(ada.home).removesuffix("done/")
    look(ada, ["", booking, f"{booking}cancel/"])


def test_what_belongs_to_an_account(visitor):
    account, person = make.student_user()
    make.confirmed_booking(buyer=person)
    make.booking(buyer=person)
    ada = visitor(width=360)
    look(ada, [f"/accounts/{path}/" for path in ("login", "signup", "password/reset")])
    ada.sign_in(account.email)
    look(ada, ["/my/bookings/", "/my/profile/", "/accounts/email/", "/accounts/mfa/", "/accounts/sessions/"])


def test_the_office_s_lists(signed_in, course):
    session = make.session(course=course)
    make.booking(session=session)
    make.confirmed_booking(session=session)
    desk = signed_in(make.user("owner"), width=360)
    lists = ["", "courses/", f"courses/{course.pk}/sessions/", "sessions/", "bookings/", "students/", "trainers/"]
    look(desk, [f"/admin/{path}" for path in lists])


def test_the_office_s_records_and_forms(signed_in, course):
    session = make.session(course=course)
    booking = make.booking(session=session)
    paid = make.confirmed_booking(session=session)
    desk = signed_in(make.user("owner"), width=360)
    forms = [f"courses/{course.pk}/", f"courses/{course.pk}/sessions/new/", "bookings/new/"]
    look(desk, [f"/admin/{path}" for path in (*forms, "settings/", "settings/booking/", "settings/money/")])
    look(desk, [f"/admin/sessions/{session.pk}/{path}" for path in ("", "duplicate/", "cancel/")])
    look(desk, [f"/admin/bookings/{booking.pk}/{path}" for path in ("", "payment/")])
    look(desk, [f"/admin/bookings/{paid.pk}/cancel/", f"/admin/students/{booking.buyer_id}/"])


def test_the_look_itself_finds_what_is_wrong(visitor):
    """A control: a page that is broken on purpose in each of these ways."""
    ada = visitor(width=360)
    ada.open()
    ada.page.evaluate("""() => document.querySelector("main").insertAdjacentHTML("beforeend",
      `<table><td nowrap>${"wide ".repeat(200)}</table><img src="/static/nothing.png"><button></button>`)""")
    found = "\n".join(faults(ada, ""))
    for fault in ("px too wide", "image-alt", "button-name"):
        assert fault in found


def test_every_page_is_in_the_list_that_make_quality_goes_through():
    anything = defaultdict(lambda: "x")
    pages = all_pages(Site(1, Path(), 2), World("alpha", None, anything), anything)
    assert forgotten(pages) == [], "Add an example of each of its states to quality/pages.py"
    assert forgotten([page for page in pages if page.door != "course"]), "the control: a page that is left out"
