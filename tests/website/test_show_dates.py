"""The page of all dates: a list by day, and a sheet of a calendar."""

import re
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared_apps.core.time import at, tenant_zone
from tenant_apps.catalogue.models import Category
from tenant_apps.scheduling.services import cancel_session, schedule_session
from tenant_apps.website import month as month_module
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def month_of(days):
    return f"{make.today() + timedelta(days=days):%Y-%m}"


def test_the_soonest_month_is_shown_and_others_are_a_press_away(visit):
    soon, later = (make.session(course=make.course(title=f"In {days} days"), in_days=days) for days in (40, 110))
    page = visit("/dates/")
    assert "In 40 days" in page
    assert f"/sessions/{soon.pk}/book/" in page
    assert "In 110 days" not in page
    assert 'rel="prev"' not in page
    assert re.search(r'rel="next"', page)
    page = visit("/dates/", month=month_of(110))
    assert f"/sessions/{later.pk}/book/" in page
    assert 'rel="next"' not in page


@pytest.mark.parametrize("view", ["", "month"])
def test_only_what_visitors_may_see_is_shown(visit, view):
    make.session(course=make.course(title="Shown"), in_days=40)
    cancel_session(make.session(course=make.course(title="Off"), in_days=40), reason="snow", by=None)
    make.session(course=make.course(title="Secret"), in_days=40, visibility="private")
    make.session(course=make.course(title="Draft", published=False), in_days=40)
    make.session(course=make.course(title="Closed"), in_days=40, takes_bookings=False)
    page = visit("/dates/", month=month_of(40), view=view)
    assert "Shown" in page
    assert [
        title for title in ("Off", "Secret", "Draft", "Closed") if f">{title}<" in page or f" {title}\n" in page
    ] == []


def test_a_full_date_is_there_and_can_not_be_booked(visit):
    full = make.session(course=make.course(title="Boilers"), in_days=40, capacity=1)
    make.booking(session=full)
    page = visit("/dates/")
    assert "Boilers" in page
    assert "Full" in page
    assert "Waiting list of" in page
    assert f"/sessions/{full.pk}/book/" not in page


def test_the_dates_of_one_subject(visit):
    gas, heat = Category.objects.all()[:2]
    make.session(course=make.course(title="Boilers", category=gas), in_days=40)
    make.session(course=make.course(title="Pumps", category=heat), in_days=40)
    page = visit("/dates/", category=heat.slug)
    assert "Pumps" in page
    assert "Boilers" not in page


def test_the_sheet_has_a_session_on_each_of_its_days(visit):
    first = (make.today().replace(day=1) + timedelta(days=70)).replace(day=10)
    days = make.daily(first, first + timedelta(days=2))
    schedule_session(course=make.course(title="Three days"), days=days, capacity=8, by=None)
    sheet = visit("/dates/", view="month").split("<table")[1].split("</table>")[0]
    assert sheet.count("Three days") == 3


def test_what_goes_over_the_end_of_a_month_is_in_both_and_its_days_lead_to_the_list(visit):
    last = (make.today().replace(day=1) + timedelta(days=70)).replace(day=1) - timedelta(days=1)
    days = make.daily(last, last + timedelta(days=1))
    schedule_session(course=make.course(title="Over the end"), days=days, capacity=8, by=None)
    assert 'rel="next"' in visit("/dates/", month=f"{last:%Y-%m}")
    page = visit("/dates/", month=f"{last + timedelta(days=1):%Y-%m}", view="month")
    assert "No dates in" not in page
    anchors = re.findall(r'href="#(day-[\d-]+)"', page)
    assert anchors
    assert all(f'id="{anchor}"' in page for anchor in anchors)


def test_a_date_years_ahead_has_its_month(visit):
    far = make.today() + timedelta(days=6 * 366)
    schedule_session(course=make.course(title="Far away"), days=make.daily(far, far), capacity=8, by=None)
    assert "Far away" in visit("/dates/", month=f"{far:%Y-%m}", view="month")


def test_a_month_without_dates_says_so_and_leads_on(visit):
    make.session(in_days=100)
    page = visit("/dates/", month=month_of(0))
    assert "No dates in" in page
    assert 'rel="next"' in page


def test_a_provider_without_dates_has_the_page(visit):
    assert "No dates in" in visit("/dates/")


@pytest.mark.parametrize(
    "query",
    [
        {"month": "x"}, {"month": "2026-13"}, {"month": "0001-01"}, {"month": "9999-12"}, {"month": "2026-1"},
        {"view": "week"}, {"category": "nothing"}, {"day": "x"}, {"day": "2026-02-30"}, {"day": "20261201"},
        {"month": "2027-01", "day": "2027-02-01"},
    ],
)  # fmt: skip
def test_what_there_is_not_is_not_found(client_of, tenant, query):
    assert client_of(tenant).get("/dates/", query).status_code == 404


def test_the_page_takes_few_queries_however_many_dates_there_are(visit, at_most):
    course = make.course()
    for days in range(40, 60):
        make.session(course=course, in_days=days)
    with at_most(11):
        visit("/dates/", month=month_of(45))


def on(day, begins, ends, zone=None):
    """From `begins` to `ends` o'clock on a day of next year's March."""
    zone = zone or tenant_zone()
    when = date(make.today().year + 1, 3, day)
    return at(when, time(begins), zone), at(when, time(ends), zone)


MARCH = f"{make.today().year + 1}-03"


@pytest.mark.parametrize("view", ["", "month"])
def test_a_date_stands_on_its_day_of_its_own_clock_wherever_that_is(visit, view):
    zone = ZoneInfo("Pacific/Auckland")  # the provider was there when it was planned; by now it is 28 February here
    schedule_session(course=make.course(title="Tui"), days=[on(1, 9, 11, zone)], by=None, time_zone=zone.key)
    assert f'id="day-{MARCH}-01"' in visit("/dates/", view=view)  # the month that opens by itself
    page = visit("/dates/", month=MARCH, view=view)
    assert f'id="day-{MARCH}-01"' in page
    assert "No dates in" not in page
    assert "Tui" in page


def test_dates_are_found_by_the_day_on_their_own_clock(visit, client_of, tenant):
    zone = ZoneInfo("Pacific/Auckland")
    schedule_session(course=make.course(title="Tui"), days=[on(1, 9, 11, zone)], by=None, time_zone=zone.key)
    first, before = f"{MARCH}-01", str(date.fromisoformat(f"{MARCH}-01") - timedelta(days=1))
    assert "Tui" in visit("/courses/", since=first, until=first)
    assert "Tui" not in visit("/courses/", since=before, until=before)
    for path in ("/sessions", "/courses"):
        for day, count in ((first, 1), (before, 0)):
            found = client_of(tenant, api=True).get(path, {"dateFrom": day, "dateTo": day}).json()
            assert len(found["results"]) == count, (path, day)


def test_each_day_of_the_sheet_has_its_own_hour(visit):
    schedule_session(course=make.course(title="Tui"), days=[on(1, 9, 17), on(3, 13, 16)], by=None)
    page = visit("/dates/", month=MARCH, view="month")
    assert re.findall(r'month-entry[^>]*>\s*<span class="tnum">([^<]*)', page) == ["09:00", "13:00"]


def test_on_each_day_the_earlier_hour_stands_first_whichever_began_before(visit):
    schedule_session(course=make.course(title="Tui 1"), days=[on(1, 16, 17), on(3, 16, 17)], by=None)
    schedule_session(course=make.course(title="Tui 2"), days=[on(3, 9, 10)], by=None)
    sheet = visit("/dates/", month=MARCH, view="month")
    assert re.findall(r'month-entry[^>]*>\s*<span class="tnum">([^<]*)', sheet) == ["16:00", "09:00", "16:00"]
    listed = visit("/dates/", month=MARCH, day=f"{MARCH}-03")
    assert re.findall(r"Tui \d", listed)[0] == "Tui 2"


def test_a_cell_of_the_month_beside_it_shows_what_is_taught_on_that_day(visit):
    first = date(make.today().year + 1, 3, 1)
    beside = first - timedelta(days=1) if first.weekday() else date(first.year, 4, 1)
    schedule_session(course=make.course(title="Beside"), days=make.daily(beside, beside), by=None)
    assert "Beside" in visit("/dates/", month=MARCH, view="month").split("<table")[1].split("</table>")[0]
    assert "No dates in" in visit("/dates/", month=MARCH)


@pytest.fixture
def many(monkeypatch):
    """Five dates in a month, of which a page shows three: one on the 1st, and two each on the 2nd and on the 3rd."""
    monkeypatch.setattr(month_module, "MOST", 3)
    gas, heat = Category.objects.all()[:2]
    for n, (day, category) in enumerate(((1, gas), (2, gas), (2, heat), (3, heat), (3, heat))):
        schedule_session(course=make.course(title=f"Tui {n}", category=category), days=[on(day, 9 + n, 17)], by=None)
    return heat


def titles(page):
    return sorted(set(re.findall(r"Tui \d", page)))


@pytest.mark.parametrize("view", ["", "month"])
def test_a_page_shows_the_first_dates_and_leads_to_the_others(visit, many, view):
    page = visit("/dates/", month=MARCH, view=view)
    assert titles(page) == ["Tui 0", "Tui 1", "Tui 2"]
    assert "The first 3 of 5 dates are shown. Choose a subject or a day to see the others." in " ".join(page.split())
    assert f"day={MARCH}-03" in page
    assert f"day={MARCH}-02" not in page
    assert ("2 more" in page) == (view == "month")
    assert titles(visit("/dates/", day=f"{MARCH}-03")) == ["Tui 3", "Tui 4"]
    page = visit("/dates/", month=MARCH, category=many.slug)
    assert titles(page) == ["Tui 2", "Tui 3", "Tui 4"]
    assert "The first" not in page


def test_a_day_has_its_own_page_and_leads_back_to_the_month(visit, many):
    page = visit("/dates/", day=f"{MARCH}-02", view="month")
    assert titles(page) == ["Tui 1", "Tui 2"]
    assert f'href="?month={MARCH}"' in page.replace("view=month&amp;", "")
