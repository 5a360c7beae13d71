"""A day in the office: money at the desk, a cancellation, the calendar; and a trainer who sees their own."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.payments.models import Refund
from tenant_apps.scheduling.models import Session, SessionStatus
from tenant_apps.scheduling.services import schedule_session
from tests import make


@pytest.fixture
def desk(signed_in):
    """Somebody who works in the office, at their dashboard."""
    person = signed_in(make.user("admin", name="Olive Office"))
    person.is_at("/admin/")
    return person


def toast(person, text):
    expect(person.page.locator("#toasts")).to_contain_text(re.compile(text, re.IGNORECASE))


def test_the_office_finds_a_booking_by_its_reference_and_takes_cash(shop, desk):
    held = make.booking(buyer=make.person(name="Ada Byron", email="ada@example.com"))
    make.booking(buyer=make.person(name="Grace Hopper"))
    desk.page.get_by_role("navigation", name="Office").get_by_role("link", name="Bookings").first.click()
    desk.is_at("/admin/bookings/")
    desk.page.get_by_role("searchbox").first.fill(held.reference)
    expect(desk.page.get_by_role("row").filter(has_text="Grace Hopper")).to_have_count(0)
    expect(desk.page).to_have_url(re.compile(f"q={held.reference}"))  # the search is in the address, to keep or to send
    desk.page.reload()
    desk.page.get_by_role("row").filter(has_text=held.reference).get_by_role("link", name="Ada Byron").click()
    desk.link("Take money").click()
    desk.page.get_by_label("Cash").check()
    desk.page.get_by_role("button", name="Take money").click()
    desk.is_at(f"/admin/bookings/{held.pk}/")
    expect(desk.page.get_by_role("main")).to_contain_text("Confirmed")
    held.refresh_from_db()
    assert (held.status, held.order.due) == (BookingStatus.CONFIRMED, 0)
    expect(desk.page.get_by_role("list", name="History")).to_contain_text("Olive Office")
    assert any("onfirmed" in mail.subject for mail in shop.mails("ada@example.com"))


def test_the_office_keeps_notes_that_the_customer_never_sees(desk, new_page):
    held = make.booking()
    desk.open(f"/admin/bookings/{held.pk}/")
    link = desk.page.get_by_role("link", name="/bookings/").first.get_attribute("href")
    desk.page.get_by_role("textbox", name="Office notes").fill("Rang twice")
    desk.button("Save notes").click()
    toast(desk, "saved")
    expect(desk.page.get_by_role("textbox", name="Office notes")).to_have_value("Rang twice")
    page = new_page()
    page.goto(link)
    expect(page.locator("main")).to_contain_text(held.reference)
    assert "Rang twice" not in page.content()


def test_the_office_cancels_a_booking_and_sends_the_card_s_money_back(shop, desk, visitor):
    ada = visitor()
    ada.book(make.session())
    ada.go_and_pay()
    ada.card()
    ada.is_booked()
    booking = Booking.objects.get()
    desk.open(f"/admin/bookings/{booking.pk}/")
    desk.link("Cancel booking").click()
    desk.button("Cancel booking").click()
    expect(desk.page.locator("[aria-invalid=true]")).to_have_count(1)  # a reason is asked for
    desk.fill(reason="Trainer is ill", refund="100")
    desk.button("Cancel booking").click()
    desk.is_at(f"/admin/bookings/{booking.pk}/")
    desk.reads("Trainer is ill", "£100")
    shop.work()
    desk.page.reload()
    expect(desk.page.get_by_role("row").filter(has_text="Refund")).to_contain_text("£100")
    assert [(refund.status, refund.amount) for refund in Refund.objects.all()] == [("completed", 100)]
    assert Session.objects.get().seats_taken == 0
    assert any("Trainer is ill" in mail.text for mail in shop.mails("ada@example.com"))


def test_a_session_is_made_copied_and_called_off_and_a_clash_is_refused(shop, desk):
    grace = make.trainer(name="Grace Hopper")
    course = make.course(title="Boiler servicing", default_capacity=8)
    day = datetime.now(UTC).date() + timedelta(days=40)
    taken = schedule_session(course=course, days=make.daily(day, day), by=None, trainer=grace)

    desk.open("/admin/courses/")
    desk.link("Boiler servicing").click()
    desk.open(f"/admin/courses/{course.pk}/sessions/")
    desk.link("Add a date").click()
    desk.fill(start_date=day, begins="00:30", ends="23:30", capacity=7, instructor_notes="Bring masks")
    desk.page.get_by_label("Trainer", exact=False).first.select_option(label="Grace Hopper")
    desk.button("Put it on the calendar").click()
    desk.reads("Grace Hopper")
    expect(desk.page.get_by_role("main").get_by_role("alert").first).to_be_visible()
    assert Session.objects.count() == 1
    for name, value in {"start_date": str(day), "begins": "00:30", "capacity": "7"}.items():
        expect(desk.page.locator(f"[name={name}]")).to_have_value(value)
    expect(desk.page.locator("[name=instructor_notes]")).to_have_value("Bring masks")

    desk.fill(start_date=day + timedelta(days=3))
    desk.button("Put it on the calendar").click()
    desk.is_at("/admin/sessions/[0-9a-f-]{36}/")
    toast(desk, "on the calendar")
    made = Session.objects.exclude(pk=taken.pk).get()
    assert (made.capacity, made.trainer, made.instructor_notes) == (7, grace, "Bring masks")

    desk.page.get_by_label("More").click()
    desk.page.get_by_role("link", name="Duplicate").click()
    desk.page.locator("#sheet [name=starts_on]").fill(str(day + timedelta(days=10)))
    desk.page.get_by_role("button", name="Make the copy").click()
    toast(desk, "copy")
    copy = Session.objects.exclude(pk__in=[taken.pk, made.pk]).get()
    assert (copy.capacity, copy.starts_at - made.starts_at) == (7, timedelta(days=7))

    make.booking(session=copy, buyer=make.person(email="ada@example.com"))
    desk.open(f"/admin/sessions/{copy.pk}/cancel/")
    desk.reads("1 booking")
    desk.fill(reason="The room is flooded")
    desk.button("Cancel").click()
    desk.is_at(f"/admin/sessions/{copy.pk}/")
    copy.refresh_from_db()
    assert copy.status == SessionStatus.CANCELLED
    assert any("Called off" in mail.subject for mail in shop.mails("ada@example.com"))


def test_the_office_books_for_somebody_on_the_phone(desk):
    session = make.session()
    desk.open(f"/admin/bookings/new/?session={session.pk}")
    desk.fill(name="Grace Hopper", email="grace@example.com", seats=2)
    desk.button("Hold the seats").click()
    desk.is_at("/admin/bookings/[0-9a-f-]{36}/")
    desk.reads("Grace Hopper", "£240")
    assert Booking.objects.get().seats == 2


def test_a_trainer_sees_their_own_sessions_and_nobody_else_s(signed_in):
    account = make.user("trainer", name="Grace Hopper")
    grace = make.trainer(name="Grace Hopper", user=account)
    mine = make.session(course=make.course(title="Boiler servicing"), trainer=grace, in_days=20)
    other = make.session(course=make.course(title="Heat pumps"), trainer=make.trainer(name="Alan Turing"), in_days=21)
    make.confirmed_booking(session=mine, buyer=make.person(name="Ada Byron"))
    theirs = make.confirmed_booking(session=other, buyer=make.person(name="Bob Builder"))

    person = signed_in(account, width=360)
    person.is_at("/admin/")
    person.reads("Boiler servicing")
    person.open("/admin/sessions/")
    person.reads("Boiler servicing")
    expect(person.page.locator("main")).not_to_contain_text("Heat pumps")
    person.open(f"/admin/sessions/{mine.pk}/")
    person.reads("Ada Byron")
    expect(person.page.locator("main")).not_to_contain_text("£")
    for path in (f"/admin/sessions/{other.pk}/", f"/admin/bookings/{theirs.pk}/", "/admin/students/"):
        assert person.open(path).status == 404, path


COVERED = """() => {
  const toast = document.querySelector("#toasts [data-toast]");
  const { left, right, top, bottom } = toast.getBoundingClientRect();
  const buttons = [...document.querySelectorAll("button, .btn, nav a")];
  return buttons.filter((each) => !each.closest(".months")).filter((each) => {
    const its = each.getBoundingClientRect();
    const meets = its.left < right && its.right > left && its.top < bottom && its.bottom > top;
    return meets && its.width > 1 && each.checkVisibility({ visibilityProperty: true }) && !toast.contains(each);
  }).map((each) => each.textContent.trim());
}"""


@pytest.mark.parametrize("width", [360, 800, 1280])
def test_what_was_done_is_said_beside_the_buttons_and_not_on_them(signed_in, width):
    desk = signed_in(make.user("admin"), width=width)
    course = make.course(title="A course whose name is long enough for two lines", published=False)
    desk.open(f"/admin/courses/{course.pk}/")
    desk.button("Publish").click()
    toast(desk, "on your site now")
    assert desk.page.evaluate(COVERED) == []
    undo = desk.page.locator("#toasts").get_by_role("button", name="Undo")
    assert undo.evaluate("each => each.getClientRects().length") == 1  # in one piece
    desk.open(f"/admin/courses/{course.pk}/sessions/new/")
    desk.fill(
        start_date=(datetime.now(UTC) + timedelta(days=40)).date().isoformat(), online_url="https://meet.example.com"
    )
    desk.button("Other ways to save").click()
    desk.button("Save and add another").click()
    toast(desk, "on the calendar")
    assert desk.page.evaluate(COVERED) == []
    if width == 360:
        bar = desk.page.locator(".form-foot-sticky")
        assert bar.evaluate("each => each.scrollWidth <= each.clientWidth && each.offsetHeight < 72")


def test_a_session_is_dragged_to_another_day_after_the_calendar_said_that_it_is_free(desk):
    first = (make.today() + timedelta(days=40)).replace(day=14)
    course = make.course(title="Boiler servicing")
    session = schedule_session(course=course, days=make.daily(first, first), by=None, capacity=8)
    page = desk.page
    desk.open(f"/admin/calendar/?view=month&on={first}")
    day = page.locator(f'[data-day="{first + timedelta(days=1)}"]')
    page.get_by_role("link", name=re.compile("Boiler servicing")).hover()
    page.mouse.down()
    day.hover()
    day.hover(position={"x": 40, "y": 60})
    expect(page.get_by_role("status").filter(has_text="Free")).to_be_visible()
    page.mouse.up()
    sheet = page.get_by_role("dialog", name="Move session")
    expect(sheet.locator("[name=start_date]")).to_have_value(str(first + timedelta(days=1)))
    desk.is_at(f"/admin/sessions/{session.pk}/move/")
