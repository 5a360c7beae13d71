"""An instructor's day on a phone, from breakfast to the certificates; what is stored then, and who reads what of it."""

import re
from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tenant_apps.bookings.models import Attendee, Booking
from tenant_apps.certificates.models import Certificate, CourseRule, Result
from tenant_apps.demo.builders.materials import pdf
from tenant_apps.materials.models import Material
from tenant_apps.scheduling.models import Attendance, Place, Room, Session, SessionStatus
from tenant_apps.scheduling.noticing import change_notices
from tenant_apps.scheduling.services import schedule_session
from tests import make
from tests.browser.people import Person

LONDON = ZoneInfo("Europe/London")
ANDROID = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/150.0 Mobile Safari/537.36"
A_PHONE = {"width": 360, "height": 740, "has_touch": True, "is_mobile": True, "user_agent": ANDROID}
THUMB = 44  # pixels that a finger hits
TAUGHT = ("09:00", "16:30")


class Phone(Person):
    """Somebody who taps, on pages that are no wider than their screen."""

    def tap(self, target):
        target.tap()

    def goes(self, text):
        """Tap a link of the page."""
        self.leads_on(self.link(text))

    def opens(self, text):
        """Tap an entry at the foot of the page."""
        self.leads_on(self.page.get_by_role("navigation", name="Quick").get_by_role("link", name=text, exact=True))

    def leads_on(self, target):
        """Tap what leads to another page, and wait for that."""
        with self.page.expect_navigation():
            self.tap(target)
        self.fits()

    def fits(self):
        assert self.page.evaluate("document.documentElement.scrollWidth") <= A_PHONE["width"], self.page.url

    def line(self, name):
        return self.page.get_by_role("listitem").filter(has_text=name)

    def marks(self, name, mark):
        """One tap on the register, which is sent by itself."""
        target = self.line(name).locator("label", has_text=mark)
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= THUMB, (name, mark, box)
        self.tap(target)
        expect(self.page.locator("[data-marks]")).to_be_hidden()

    def draws(self, points):
        """A finger goes over the screen along these."""
        fingers = self.page.context.new_cdp_session(self.page)
        for n, (x, y) in enumerate(points):
            what = "touchMove" if n else "touchStart"
            fingers.send("Input.dispatchTouchEvent", {"type": what, "touchPoints": [{"x": x, "y": y}]})
        fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.fixture
def first_day():
    """A Tuesday in some weeks."""
    return make.today() + timedelta(days=29 - make.today().weekday())


@pytest.fixture
def course():
    made = make.course(title="Gas safety", what_to_bring="Boots\nPhoto ID")
    CourseRule.objects.create(course=made, wants="mark", pass_mark=60, valid_months=12)
    return made


@pytest.fixture
def teacher():
    return make.user("trainer", name="Tess Trainer")


@pytest.fixture
def session(shop, first_day, course, teacher):
    """Two days with five people: two who booked for themselves, and three of a company that named two of them."""
    change_notices({"feedback_hours": 20}, by=None)
    place = Place.objects.create(name="Harbour Works", address="1 Feeder Road\nBristol", directions="Ring at the gate")
    tess = make.trainer(name="Tess Trainer", user=teacher)
    made = schedule_session(
        course=course, days=make.daily(first_day, first_day + timedelta(days=1), *TAUGHT), trainer=tess, place=place,
        room=Room.objects.create(place=place, name="Workshop"), capacity=6, instructor_notes="Boiler 3 is weak.",
        by=None,
    )  # fmt: skip
    day = first_day + timedelta(days=2)
    later = make.daily(day, day, *TAUGHT)
    schedule_session(course=make.course(title="Heat pumps"), days=later, trainer=tess, by=None)
    schedule_session(course=make.course(title="Wiring"), days=later, trainer=make.trainer(name="Otto"), by=None)
    for name in ("Ada Byron", "Ben Nevis"):
        email = f"{name.split()[0].lower()}@example.com"
        buyer = make.person(name=name, email=email, phone="07700 900123")
        make.confirmed_booking(session=made, buyer=buyer, contact_name=name, contact_phone="07700 900123",
                               attendees=[{"name": name, "email": email}])  # fmt: skip
    cora = make.person(name="Cora Corp", email="cora@example.com")
    people = [{"name": "Cleo Patel", "email": "cleo@example.com"}, {"name": "Dan Dare"}]
    make.confirmed_booking(
        session=made, buyer=cora, contact_name="Cora Corp", company="Acme", seats=3, attendees=people
    )
    return made


@pytest.fixture
def clock(time_machine, shop, first_day):
    """`clock(1, "08:50")`: it is that time on the first day of the session (0) or on another; what is due is done."""

    def at(day, hours):
        moment = datetime.combine(first_day + timedelta(days=day), time.fromisoformat(hours), LONDON)
        time_machine.move_to(moment)
        shop.work()
        return moment

    return at


def subjects(shop, to):
    """What somebody got, by how each subject begins."""
    return [re.split("[:,]", mail.subject)[0] for mail in shop.mails(to)]


def stored(number):
    """What the register of this day of the session says, by name."""
    names = dict(Attendee.objects.values_list("pk", "name"))
    day = Session.objects.get(course__title="Gas safety").days.order_by("starts_at")[number]
    return {names[row.attendee_id]: row.status for row in day.attendance.all()}


def test_an_instructor_s_day_on_a_phone(shop, session, teacher, clock, new_page):
    shop.work()
    for day, hours in ((-8, "10:00"), (-7, "09:01"), (-2, "09:01"), (0, "06:01")):
        clock(day, hours)
    phone = Phone(new_page(**A_PHONE), shop.under_slug)
    signs_in_at_breakfast(phone, teacher, clock)
    starts_and_marks_the_first_day(phone, shop, session, teacher, clock)
    adds_what_was_on_the_board(phone, shop, session, clock)
    marks_the_second_day_and_enters_results(phone, session, teacher, clock)
    completes_it(phone, shop, session, clock)
    sees_what_comes_next(phone, clock)
    everybody_has_read(shop, clock)


def signs_in_at_breakfast(phone, teacher, clock):
    clock(0, "07:40")
    phone.sign_in(teacher.email)
    phone.is_at("/admin/")
    phone.fits()
    first = phone.page.locator("section", has=phone.page.get_by_role("heading", name="Today")).first
    card = first.get_by_role("article")
    for said in ("Gas safety", "09:00–16:30", "day 1 of 2", "Harbour Works", "Workshop", "Boiler 3 is weak.",
                 "Ada Byron", "Ben Nevis", "Cleo Patel", "Dan Dare", "1 seat, not named yet"):  # fmt: skip
        expect(card).to_contain_text(said)
    expect(card.get_by_role("link", name="Harbour Works")).to_have_attribute("href", re.compile("1\\+Feeder\\+Road"))
    expect(card.get_by_role("link", name="Call Ada Byron")).to_have_attribute("href", "tel:07700900123")
    expect(phone.page.locator("main")).not_to_contain_text("Wiring")

    phone.goes("Gas safety")
    phone.reads("1 Feeder Road", "Ring at the gate", "Boots", "Photo ID", "Boiler 3 is weak.", "Not named yet", "Acme")
    expect(phone.link("Open in maps")).to_have_attribute("href", re.compile("1\\+Feeder\\+Road"))
    expect(phone.page.locator("main")).not_to_contain_text("£")


def starts_and_marks_the_first_day(phone, shop, session, teacher, clock):
    begun = clock(0, "08:50")
    phone.leads_on(phone.button("Start"))
    phone.reads("In progress")
    session.refresh_from_db()
    assert session.status == SessionStatus.IN_PROGRESS
    assert timedelta(0) <= session.started_at - begun < timedelta(minutes=5)

    phone.opens("Registers")
    phone.reads("0 of 4 marked")
    phone.goes("09:00")
    phone.sees_heading("Gas safety")
    phone.marks("Ada Byron", "Present")
    phone.marks("Ben Nevis", "Late")
    phone.marks("Cleo Patel", "Absent")
    assert stored(0) == {"Ada Byron": "attended", "Ben Nevis": "late", "Cleo Patel": "absent"}

    phone.tap(phone.line("Ben Nevis").locator("summary"))
    note = phone.page.get_by_label("Note about Ben Nevis")
    note.fill("The bus broke down")
    note.blur()
    expect(phone.page.locator("[data-marks]")).to_be_hidden()

    phone.tap(phone.line("Ada Byron").get_by_role("button", name="Sign"))
    pad = phone.page.locator("canvas[data-pad]").bounding_box()
    phone.draws([(pad["x"] + 20 + 4 * n, pad["y"] + 20 + 25 * (n % 2)) for n in range(30)])
    for _try in range(20):  # Chromium takes a tap right after a flick for the end of that
        phone.tap(phone.page.get_by_role("button", name="Save signature"))
        phone.page.wait_for_timeout(200)
        if not phone.page.get_by_role("dialog").count():
            break
    expect(phone.line("Ada Byron").locator("[data-signed]")).to_be_visible()
    expect(phone.page.locator("[data-marks]")).to_be_hidden()

    # Dan shows the code that came with what his company booked; who comes with him was never named.
    [confirmed] = [mail for mail in shop.mails("cora@example.com") if mail.subject.startswith("Confirmed")]
    phone.page.goto(re.search(r"Dan Dare: (\S+)", confirmed.text)[1])
    phone.reads("Present", "since 08:5")
    phone.goes("To the register")
    phone.goes("Somebody else is here")
    phone.fill(name="Eve Early")
    phone.leads_on(phone.button("Put on the register"))
    phone.reads("Eve Early")
    phone.fits()

    rows = {row.status: row for row in Attendance.objects.filter(attendee_id__in=seats("Ben Nevis", "Cleo Patel"))}
    assert stored(0) == {"Ada Byron": "attended", "Ben Nevis": "late", "Cleo Patel": "absent", "Dan Dare": "attended",
                         "Eve Early": "attended"}  # fmt: skip
    assert (rows["late"].note, rows["late"].by, rows["late"].device) == (
        "The bus broke down", teacher, "Chrome on Android",
    )  # fmt: skip
    assert abs(rows["late"].marked_at - begun) < timedelta(minutes=5)
    signed = Attendance.objects.exclude(signature="").get()
    assert signed.attendee_id in seats("Ada Byron")
    with signed.signature.open() as file:
        drawn = [tuple(map(int, point.split(","))) for point in re.findall(r"\d+,\d+", file.read().decode())]
    assert len(drawn) >= 10
    assert all(before < after for (before, _y), (after, _z) in pairwise(drawn))  # as the finger went


def seats(*names):
    return set(Attendee.objects.filter(name__in=names).values_list("pk", flat=True))


def adds_what_was_on_the_board(phone, shop, session, clock):
    clock(0, "16:40")
    phone.open(f"/admin/sessions/{session.pk}/")
    phone.goes("Add or change")
    phone.sees_heading("Materials")
    file = {"name": "board.pdf", "mimeType": "application/pdf", "buffer": pdf("The board", ["Purge first."])}
    phone.page.locator("#add-file input[type=file]").set_input_files(file)
    phone.page.locator("#add-file input[name=file-title]").fill("What was on the board")
    phone.leads_on(phone.page.locator("#add-file").get_by_role("button", name="Add it"))
    expect(phone.page.locator("#own")).to_contain_text("What was on the board")
    phone.fits()
    material = Material.objects.get()
    assert (material.session, material.title, material.for_attendees) == (session, "What was on the board", True)
    clock(0, "16:55")
    for to in ("ada@example.com", "ben@example.com", "cora@example.com", "cleo@example.com"):
        assert any("What was on the board" in mail.text for mail in shop.mails(to)), to


def marks_the_second_day_and_enters_results(phone, session, teacher, clock):
    clock(1, "08:58")
    phone.open("/admin/")
    phone.reads("day 2 of 2")
    phone.opens("Registers")
    phone.goes("09:00")
    expect(phone.page.get_by_role("navigation", name="Days").get_by_role("link", name="Day 2")).to_have_attribute(
        "aria-current", "page"
    )
    phone.marks("Eve Early", "Absent")
    phone.tap(phone.button("The rest are present"))
    expect(phone.page.locator("[data-count]")).to_have_text("5")
    expect(phone.page.locator("[data-marks]")).to_be_hidden()
    assert stored(1) == {"Ada Byron": "attended", "Ben Nevis": "attended", "Cleo Patel": "attended",
                         "Dan Dare": "attended", "Eve Early": "absent"}  # fmt: skip

    clock(1, "15:50")
    phone.goes("The session")
    phone.goes("Certificates")
    phone.reads("1 of 2", "2 of 2", "and reach 60 %", "The session is not over yet.")
    for name, mark in {"Ada Byron": "92", "Ben Nevis": "55", "Dan Dare": "70"}.items():
        phone.page.get_by_label(f"Result of {name}").fill(mark)
    phone.leads_on(phone.button("Save the results"))
    expect(phone.page.locator("#toasts")).to_contain_text("3 results saved")
    phone.fits()
    names = dict(Attendee.objects.values_list("pk", "name"))
    found = {names[row.attendee_id]: (row.mark, row.by) for row in Result.objects.all()}
    assert found == {"Ada Byron": (92, teacher), "Ben Nevis": (55, teacher), "Dan Dare": (70, teacher)}
    expect(phone.page.get_by_role("button", name="Issue")).to_have_count(0)  # that is the office's

    phone.open(f"/admin/sessions/{session.pk}/")
    expect(phone.page.get_by_role("link", name="Write to those booked")).to_have_count(0)
    assert phone.open(f"/admin/sessions/{session.pk}/message/").status == 404  # they write to the office


def completes_it(phone, shop, session, clock):
    over = clock(1, "16:10")
    phone.open(f"/admin/sessions/{session.pk}/")
    phone.tap(phone.link("Complete"))
    sheet = phone.page.get_by_role("dialog")
    sheet.get_by_role("textbox").fill("Boiler 3 is repaired.")
    phone.tap(sheet.get_by_role("button", name="Complete it"))
    expect(phone.page.locator("#toasts")).to_contain_text("Completed, and so are its bookings.")
    phone.reads("Boiler 3 is repaired.", "Who was booked")
    session.refresh_from_db()
    assert (session.status, session.completion_notes) == (SessionStatus.COMPLETED, "Boiler 3 is repaired.")
    assert timedelta(0) <= session.finished_at - over < timedelta(minutes=5)
    shop.work()
    assert set(Booking.objects.values_list("status", flat=True)) == {"completed"}
    issued = {row.name: row.result for row in Certificate.objects.all()}
    assert issued == {"Ada Byron": "92 %", "Dan Dare": "70 %"}
    phone.goes("Certificates")
    for row in Certificate.objects.all():
        expect(phone.page.get_by_role("row").filter(has_text=row.name)).to_contain_text(row.number)
    phone.fits()


def everybody_has_read(shop, clock):
    clock(3, "17:00")
    told = ["How to join", "Reminder", "Reminder", "New for Gas safety", "How was Gas safety?"]
    bought = ["Confirmed", "Receipt", *told]
    expected = {
        "ada": [*bought, "Your certificate"],
        "ben": bought,
        "cleo": ["You have a seat", *told],
        "cora": [*bought, "Who is coming? Gas safety", "Who is coming? Gas safety", "Certificates of your people"],
    }
    read = {name: sorted(subjects(shop, f"{name}@example.com")) for name in expected}
    assert read == {name: sorted(subjects) for name, subjects in expected.items()}


def sees_what_comes_next(phone, clock):
    clock(2, "07:30")
    phone.open("/admin/")
    phone.reads("Heat pumps")
    expect(phone.page.locator("main")).not_to_contain_text("Wiring")
    phone.open("/admin/calendar/")
    phone.leads_on(phone.page.get_by_role("navigation", name="View").get_by_role("link", name="Week"))
    phone.reads("Gas safety", "Heat pumps")
    phone.fits()
    expect(phone.page.locator("main")).not_to_contain_text("Wiring")

    phone.goes("Subscribe")
    phone.is_at("/admin/calendars/mine/")
    phone.leads_on(phone.button("Make my link"))
    link = phone.page.get_by_text(re.compile(r"^https?://.*/calendar\.ics$"))
    expect(link).to_be_visible()
    phone.fits()
    calendar = phone.page.request.get(link.inner_text()).text()
    assert "SUMMARY:Heat pumps" in calendar
    assert "Gas safety" in calendar
    assert "Wiring" not in calendar
    assert "Ada" not in calendar

    phone.tap(phone.page.get_by_role("button", name="Your account"))
    phone.leads_on(phone.page.get_by_role("button", name="Sign out"))
    phone.page.wait_for_load_state()
    phone.open("/admin/")
    phone.is_at("/accounts/login/")
