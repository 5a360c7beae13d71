"""In a browser: days of a session picked on a month, each with hours of its own; a series with a date left out."""

from datetime import timedelta

from playwright.sync_api import expect

from tenant_apps.scheduling.hours import plan_holiday
from tenant_apps.scheduling.models import Session
from tests import make
from tests.browser.test_layers import desk

__all__ = ["desk"]
WEEK = timedelta(weeks=1)


def monday(weeks):
    return make.today() + timedelta(days=-make.today().weekday()) + weeks * WEEK


def test_days_with_gaps_are_picked_and_one_gets_hours_of_its_own(desk):
    course, page = make.course(), desk.page
    desk.open(f"/admin/courses/{course.pk}/sessions/new/")
    first = monday(8)
    rows = page.locator("[data-day-row]")
    page.get_by_role("button", name="Another day").click()
    rows.nth(0).locator("input[type=date]").fill(str(first))
    rows.nth(0).locator("[name=only_days-begins]").fill("10:00")
    rows.nth(0).locator("[name=only_days-ends]").fill("12:00")
    for day in (first + timedelta(days=2), first + timedelta(days=1), first + timedelta(days=3)):
        for _n in range(6):
            button = page.locator(f"button[data-day='{day}']")
            if button.count():
                break
            page.get_by_role("button", name="Month after").click()
        button.click()
    expect(rows).to_have_count(4)
    page.locator(f"button[data-day='{first + timedelta(days=1)}']").click()
    expect(rows).to_have_count(3)
    rows.nth(2).get_by_role("button", name="Take this day out").click()
    expect(rows).to_have_count(2)
    expect(rows.nth(0).locator("[name=only_days-begins]")).to_have_value("10:00")
    expect(page.locator("[name=start_date]")).to_have_value(str(first))
    desk.button("Put it on the calendar").click()
    expect(page.locator("#toasts")).to_contain_text("The session is on the calendar")
    session = Session.objects.get()
    days = [f"{day.starts_at.astimezone(session.zone):%a %H:%M}" for day in session.days.all()]
    assert days == ["Mon 10:00", "Wed 09:00"]


def test_a_series_is_seen_while_its_rule_is_typed_and_a_date_is_left_out(desk):
    course, page = make.course(), desk.page
    plan_holiday(name="Half-term", starts_on=monday(9), ends_on=monday(9), by=None)
    desk.open(f"/admin/courses/{course.pk}/sessions/series/")
    lines = page.locator("#lines li")
    page.locator("[name=starts_on]").fill(str(monday(8)))
    page.locator("[name=count]").fill("3")
    expect(lines).to_have_count(4)
    expect(lines.nth(1)).to_contain_text("skipped: Half-term")
    lines.nth(2).get_by_role("button", name="Leave out").click()
    expect(lines.nth(2)).to_contain_text("skipped: left out")
    expect(lines).to_have_count(5)
    desk.button("Put them on the calendar").click()
    expect(page.locator("#toasts")).to_contain_text("3 sessions are on the calendar")
    assert course.sessions.count() == 3
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("3 sessions are off the calendar again")
    assert course.sessions.count() == 0
