"""One box finds what is there and what can be done, and forgives a wrong letter."""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.urls import set_urlconf

from shared_apps.core.permissions import can
from shared_apps.web.templatetags.muster import day
from tenant_apps.people.services import add_student
from tenant_apps.reports.actions import ACTIONS, find_actions
from tenant_apps.reports.views import search
from tests import make

pytestmark = pytest.mark.django_db
BY_HTMX = {"HX-Request": "true"}


def found(browser, q):
    return browser.get("/admin/search/", {"q": q}, headers=BY_HTMX)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("refund", "Open the booking, then “Refund”."),
        ("move", "Press “Move” in its row or on its page."),
        ("invoice", "Open the booking, then “Receipt (PDF)”."),
        ("export book", "/admin/bookings/export.csv"),
        ("refnud", "Refund a booking"),
        ("duplicat", "Duplicate a session"),
        ("invite", "/admin/team/new/"),
        ("unpaid", "/admin/bookings/?money=due"),
        ("overdue", "/admin/bookings/?money=overdue"),
        ("names", "beside “Who is coming”"),
        ("wrong email", "beside “Who booked”"),
        ("settings", "ask an owner"),
        ("terms", "ask an owner"),
        ("vat", "ask an owner"),
        ("colour", "ask an owner"),
    ],
)
def test_what_one_wants_to_do_is_found_by_its_name(office, typed, told):
    assert told in found(office, typed).content.decode()


@pytest.mark.parametrize("typed", ["settings", "terms", "vat", "colour"])
def test_an_owner_finds_the_settings_by_what_is_in_them(desk, typed):
    page = found(desk("owner"), typed).content.decode()
    assert "/admin/settings/" in page
    assert "ask an owner" not in page


@pytest.mark.parametrize("role", ["owner", "admin", "sales", "trainer"])
def test_each_is_told_only_what_they_may_do_and_every_way_leads_there(desk, role):
    user = make.user(role)
    browser = desk(user=user)
    told = {action for known in ACTIONS for action in find_actions(user, known.words.split()[0])}
    set_urlconf(settings.TENANT_URLCONF)
    assert all(browser.get(url).status_code == 200 for url in {action.url for action in told})
    assert ("settings" in {action.page for action in told}) == (role == "owner")
    assert ("booking_new" in {action.page for action in told}) == can(user, "bookings.manage")


@pytest.mark.parametrize("typed", ["Fletchr", "Fletscher", "Fleccher", "Flethcer", "Maaya"])
def test_one_wrong_letter_is_forgiven_in_a_name(office, typed):
    ada = make.person(name="Maya Fletcher", email="maya@example.com")
    booking = make.booking(buyer=ada)
    answer = found(office, typed)
    assert "Similar:" in answer.content.decode()
    assert [row.pk for row in answer.context["bookings"]] == [booking.pk]


def test_a_sign_that_means_something_to_the_database_finds_nothing_and_harms_nothing(office):
    make.person(name="Maya Fletcher")
    for typed in ("Fle(cher", "F.*er", "\\m", "[[:<:]]", "%%%%"):
        assert found(office, typed).status_code == 200
        assert not found(office, typed).context["any"]


def test_a_trainer_spells_out_nobody_s_address(desk):
    user = make.user("trainer")
    booking = make.booking(session=make.session(trainer=make.trainer(user=user)))
    part = booking.buyer.email.partition("@")[2]
    for where in ("/admin/bookings/", "/admin/search/"):
        assert booking.reference in desk("owner").get(where, {"q": part}).content.decode()
        assert booking.reference not in desk(user=user).get(where, {"q": part}).content.decode()
        assert booking.reference in desk(user=user).get(where, {"q": booking.reference}).content.decode()


def test_what_is_found_twice_by_one_name_is_told_apart_by_its_day(office):
    course = make.course(title="Landlord gas safety checks")
    sessions = [make.session(course=course, in_days=ahead) for ahead in (20, 30)]
    booking = make.booking(session=sessions[0], buyer=make.person(name="Landlord Lou"))
    page = found(office, "landlord").content.decode()
    for row in (*sessions, booking):
        link = page.partition(f"/{row.pk}/")[2].partition("</a>")[0]
        assert day(row.starts_at if row in sessions else row.session.starts_at) in link
        assert "truncate" not in link


def test_a_search_that_takes_too_long_asks_for_fewer_words(office, monkeypatch):
    def slow(*_asked):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")

    monkeypatch.setattr(search, "PATIENCE", 0.05)
    monkeypatch.setattr(search, "_find", slow)
    answer = found(office, "one two three four")
    assert answer.status_code == 200
    assert "Type fewer words" in answer.content.decode()
    assert "Nothing matches" not in answer.content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.1)")  # whoever comes next on this connection has the usual time


@pytest.mark.parametrize(
    "copied", ["\u202a+44 7700 900123\u202c", "\u200e07700\u00a0900123", "tel:+447700900123", "zo\u200be hard"]
)
def test_what_was_copied_is_found_without_the_marks_around_it(office, copied):
    add_student(by=None, name="Zoë Harding", email="", phone="07700 900123")
    assert "Zoë Harding" in found(office, copied).content.decode()


@pytest.mark.parametrize(
    ("name", "typed"),
    [("Zoe Harding", "harding"), ("James Webb", "James"), ("Callum Reid", "callum"), ("Mark Poole", "mark"),
     ("Newton Reid", "new"), ("Billy Vance", "billy")],
)  # fmt: skip
def test_enter_on_a_name_opens_that_person(desk, name, typed):
    """Before settings and lists, and before whatever only resembles the name."""
    add_student(by=None, name=name, email="", phone="")
    links = re.findall(r'href="([^"]+)"', found(desk("owner"), typed).content.decode())
    if typed != "new":
        assert links[0].startswith("/alpha/admin/students/"), links
    else:  # a page of its own that is named by its beginning
        assert "/new/" in links[0]


def test_what_only_resembles_an_act_comes_after_what_has_what_was_typed(office):
    make.course(title="Expert welding")
    links = re.findall(r'href="([^"]+)"', found(office, "expert").content.decode())
    assert "/courses/" in links[0], links
    assert "export" in links[-1], links
