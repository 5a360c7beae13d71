"""An instructor marks a register on a phone while the signal comes and goes: nothing is lost, nothing is sent twice."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from shared_apps.core.time import now
from tenant_apps.scheduling.attendance import Mark, mark_attendance
from tenant_apps.scheduling.models import Attendance, AttendanceMark, AttendanceStatus
from tests import make

NAMES = ("Ada Byron", "Ben Nevis", "Cleo Patel")


@pytest.fixture
def teacher(shop):
    return make.user("trainer", name="Tess Trainer")


@pytest.fixture
def day(shop, teacher):
    """A day that is on now, with three people."""
    session = make.session(trainer=make.trainer(user=teacher), course=make.course(title="Gas safety"))
    make.confirmed_booking(session=session, seats=3, attendees=[{"name": name} for name in NAMES])
    session.refresh_from_db()
    day = session.days.get()
    day.starts_at = session.starts_at = now() - timedelta(hours=1)
    day.ends_at = session.ends_at = now() + timedelta(hours=6)
    day.save()
    session.save()
    return day


@pytest.fixture
def phone(signed_in, teacher, day):
    """The trainer's phone, with the register open and kept for when the signal is gone."""
    person = signed_in(teacher, width=360)
    person.open("/admin/today/")
    person.link("09|[0-2][0-9]|Gas").click()
    person.sees_heading("Gas safety")
    kept(person.page)
    return person


def kept(page):
    expect(page.locator("html[data-kept]")).to_have_count(1)


def line(page, name):
    return page.get_by_role("listitem").filter(has_text=name)


def tap(page, name, mark):
    line(page, name).locator("label", has_text=mark).click()


def sync(page):
    return page.locator("[data-marks]")


def marked():
    names = {row.pk: row.name for row in make_attendees()}
    return {names[pk]: status for pk, status in Attendance.objects.values_list("attendee_id", "status")}


def make_attendees():
    from tenant_apps.bookings.models import Attendee

    return Attendee.objects.all()


def until(said, value):
    """Wait in the browser's own time until `said()` is `value`."""
    for _try in range(100):
        if said() == value:
            return
        yield
    assert said() == value


def wait_for(page, said, value):
    for _once in until(said, value):
        page.wait_for_timeout(100)


def test_a_tap_is_written_down(phone):
    tap(phone.page, "Ada", "Present")
    wait_for(phone.page, marked, {"Ada Byron": "attended"})
    tap(phone.page, "Ben", "Late")
    wait_for(phone.page, marked, {"Ada Byron": "attended", "Ben Nevis": "late"})
    expect(sync(phone.page)).to_be_hidden()
    phone.page.reload()
    expect(line(phone.page, "Ben").get_by_role("radio", name="Late")).to_be_checked()


def test_offline_the_tab_is_killed_and_all_is_sent_once_when_the_signal_is_back(phone):
    page, context, url = phone.page, phone.page.context, phone.page.url
    context.set_offline(True)
    tap(page, "Ada", "Present")
    tap(page, "Ben", "Late")
    tap(page, "Cleo", "Absent")
    expect(sync(page)).to_contain_text("3 not sent yet")
    expect(sync(page)).to_contain_text("No signal")
    page.close(run_before_unload=False)
    assert not Attendance.objects.exists()

    again = context.new_page()
    again.goto(url)  # still offline: it comes from what the phone has kept
    expect(again.get_by_role("heading", level=1)).to_contain_text("Gas safety")
    expect(line(again, "Ben").get_by_role("radio", name="Late")).to_be_checked()
    expect(sync(again)).to_contain_text("3 not sent yet")
    assert not Attendance.objects.exists()

    other = context.new_page()
    other.goto(url)  # a second tab has the same marks to send
    context.set_offline(False)
    expect(sync(again)).to_be_hidden(timeout=30_000)
    wait_for(again, marked, {"Ada Byron": "attended", "Ben Nevis": "late", "Cleo Patel": "absent"})
    assert AttendanceMark.objects.count() == 3
    assert again.evaluate("Object.values({...localStorage}).filter((one) => one.startsWith('[{')).length") == 0


def test_a_note_on_somebody_who_is_not_marked_marks_nobody_and_goes_with_their_mark(phone):
    page = phone.page
    line(page, "Ada").locator("summary").click()
    note = line(page, "Ada").get_by_role("textbox")
    note.fill("rang: has the flu")
    note.press("Tab")
    expect(line(page, "Ada")).to_contain_text("until they are marked")
    page.reload()
    expect(line(page, "Ada").get_by_role("textbox")).to_have_value("rang: has the flu")
    assert not Attendance.objects.exists()
    tap(page, "Ada", "Absent")
    wait_for(page, marked, {"Ada Byron": "absent"})
    assert Attendance.objects.get().note == "rang: has the flu"


def test_a_long_queue_is_sent_in_parts_and_what_is_refused_is_said_until_it_is_read(phone, teacher, day):
    page, sent = phone.page, []

    def refuse_long(route):
        sent.append(len(route.request.post_data_json["marks"]))
        if sent[-1] > 1:
            route.fulfill(status=413, json={"code": "too_large"})
        else:
            route.continue_()

    page.route("**/marks/", refuse_long)
    page.context.set_offline(True)
    tap(page, "Ada", "Present")
    tap(page, "Ben", "Late")
    day.session.trainer = make.trainer(name="Somebody Else")
    day.session.save()
    page.context.set_offline(False)
    expect(sync(page)).to_contain_text("Ada Byron, Gas safety", timeout=30_000)
    assert sent[:2] == [2, 1]
    phone.open("/admin/today/")
    expect(sync(page)).to_contain_text("Ben Nevis, Gas safety")
    sync(page).get_by_role("button", name="I have read it").click()
    expect(sync(page)).to_be_hidden()
    page.reload()
    expect(sync(page)).to_be_hidden()


def test_an_answer_that_was_lost_is_asked_for_again_and_nothing_is_written_twice(phone):
    page = phone.page
    lost = []

    def lose(route):
        if lost:
            return route.continue_()
        route.fetch()  # it reaches the site, and the answer never reaches the phone
        lost.append(1)
        return route.abort()

    page.route("**/admin/today/marks/", lose)
    tap(page, "Ada", "Present")
    expect(sync(page)).to_contain_text("1 not sent yet")
    wait_for(page, lambda: len(lost), 1)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(sync(page)).to_be_hidden(timeout=30_000)
    assert AttendanceMark.objects.count() == 1


def test_the_later_of_two_devices_wins_and_the_phone_shows_it(phone, day):
    page, context = phone.page, phone.page.context
    context.set_offline(True)
    tap(page, "Ada", "Absent")
    page.wait_for_timeout(50)
    ada = make_attendees().get(name="Ada Byron")
    later = Mark(attendee_id=ada.pk, status=AttendanceStatus.LATE, at=now())
    mark_attendance(day=day, marks=[later], by=make.user("admin"))
    context.set_offline(False)
    expect(line(page, "Ada").get_by_role("radio", name="Late")).to_be_checked(timeout=30_000)
    assert set(AttendanceMark.objects.values_list("status", flat=True)) == {"absent", "late"}


def test_somebody_signs_with_the_finger_and_somebody_by_the_keyboard(phone):
    page = phone.page
    line(page, "Ada").get_by_role("button", name=re.compile("^Sign")).click()
    pad = page.locator("canvas[data-pad]").bounding_box()
    page.mouse.move(pad["x"] + 30, pad["y"] + 30)
    page.mouse.down()
    page.mouse.move(pad["x"] + 150, pad["y"] + 60, steps=8)
    page.mouse.up()
    page.get_by_role("button", name="Save signature").click()
    wait_for(page, lambda: Attendance.objects.exclude(signature="").count(), 1)

    line(page, "Ben").get_by_role("button", name=re.compile("^Sign")).focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Save signature").click()
    expect(page.get_by_role("alert").filter(has_text="type your name")).to_be_visible()
    page.keyboard.type("Ben Nevis")
    page.keyboard.press("Enter")
    wait_for(
        page, lambda: list(Attendance.objects.exclude(signed_as="").values_list("signed_as", flat=True)), ["Ben Nevis"]
    )
    assert marked() == {"Ada Byron": "attended", "Ben Nevis": "attended"}


def test_a_scanned_code_marks_without_another_tap(phone):
    from shared_apps.core.signing import sign_key

    cleo = make_attendees().get(name="Cleo Patel")
    phone.open(f"/check-in/{sign_key('check-in', cleo.pk)}/")
    phone.reads("Present")
    assert marked() == {"Cleo Patel": "attended"}


def test_whoever_signs_out_leaves_no_register_on_the_phone(phone):
    page = phone.page
    keys = "caches.keys().then((names) => names.filter((one) => one.startsWith('muster-register-pages')).length)"
    assert page.evaluate(keys) == 1
    page.get_by_role("button", name="Your account").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_load_state()
    phone.open("/admin/today/")
    phone.is_at("/accounts/login/")
    assert page.evaluate(keys) == 0
