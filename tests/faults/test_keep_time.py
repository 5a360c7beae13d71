"""Clocks that change, days that are rare, zones far away, and machines that disagree about the time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from icalendar import Calendar

from shared_apps.core.time import at, is_doubtful
from shared_apps.resilience import zones
from shared_apps.tenants.context import tenant_context
from tenant_apps.bookings.calendar import calendar_file
from tenant_apps.bookings.hold_times import expire_holds
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.selectors import token_of
from tenant_apps.scheduling.errors import ClockChange, SessionFull
from tenant_apps.scheduling.models import Session
from tenant_apps.scheduling.plan import spans
from tenant_apps.scheduling.services import duplicate_session, schedule_session
from tests import make

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
# Not Africa/Casablanca: Morocco changed its clock in 2026, and the embedded Postgres was built before that was known.
TWENTY = [
    "Africa/Cairo", "Africa/Johannesburg", "Africa/Tunis", "Africa/Kampala", "Africa/Lagos", "Africa/Nairobi",
    "America/Los_Angeles", "America/New_York", "America/Sao_Paulo", "America/St_Johns", "Asia/Dubai", "Asia/Kolkata",
    "Asia/Tehran", "Asia/Tokyo", "Australia/Lord_Howe", "Australia/Sydney", "Europe/Berlin", "Europe/Dublin",
    "Europe/London", "Pacific/Auckland",
]  # fmt: skip
SKIPPED, TWICE = date(2027, 3, 28), date(2027, 10, 31)


def typed(day, begins="01:30", ends="09:00"):
    return {"start_date": day.isoformat(), "begins": begins, "ends": ends, "capacity": 5, "listing": "public",
            "only_days": ""}  # fmt: skip


@pytest.mark.parametrize("day", [SKIPPED, TWICE])
def test_a_time_that_a_day_skips_or_has_twice_is_asked_for_again(tenant, client_of, day, finding):
    course = make.course()
    office = client_of(tenant).sign_in(make.user("owner"))
    page = office.post(f"/admin/courses/{course.pk}/sessions/new/", typed(day))
    assert page.status_code in (200, 422), page.content
    assert "The clocks change on" in page.content.decode()
    assert "Choose another time" in page.content.decode()
    assert not Session.objects.exists()
    with pytest.raises(ClockChange):  # the form's rule is the service's
        spans(day, day, time(1, 30), time(9))
    assert spans(day, day, time(3), time(9))
    finding(
        f"A session typed for 01:30 on {day:%d %b %Y} in London ({'skipped' if day == SKIPPED else 'comes twice'})",
        times=1,
        must="asked, never silently shifted",
        found="refused with a sentence; nothing written",
        control="03:00 on the same day is taken",
    )


def test_the_control_shifts_it_silently():
    """What `at` alone makes of such times: the reason why they are asked for again."""
    assert at(SKIPPED, time(1, 30), LONDON).astimezone(LONDON).time() == time(2, 30)
    assert is_doubtful(SKIPPED, time(1, 30), LONDON)
    assert is_doubtful(TWICE, time(1, 30), LONDON)
    assert not is_doubtful(SKIPPED, time(2, 30), LONDON)
    assert not any(is_doubtful(day, time(1, 30), ZoneInfo("Africa/Nairobi")) for day in (SKIPPED, TWICE))


def test_a_copy_onto_a_change_of_clocks_keeps_the_wall_clock_or_asks(tenant):
    night = schedule_session(
        course=make.course(), by=None, days=spans(date(2027, 3, 20), date(2027, 3, 20), time(1, 30), time(2))
    )
    with pytest.raises(ClockChange):
        duplicate_session(night, starts_on=SKIPPED, by=None)
    day = schedule_session(
        course=make.course(), by=None, days=spans(date(2027, 3, 26), date(2027, 3, 27), time(9), time(17))
    )
    copy = duplicate_session(day, starts_on=date(2027, 3, 27), by=None)  # its second day is the 28th
    walls = [(one.starts_at.astimezone(LONDON).hour, one.starts_at.astimezone(UTC).hour) for one in copy.days.all()]
    assert walls == [(9, 9), (9, 8)]


@pytest.mark.parametrize("slug", ["alpha", "beta"])
@pytest.mark.parametrize("day", [SKIPPED, TWICE, date(2028, 2, 29)])
def test_page_and_calendar_file_name_the_same_time(alpha, beta, client_of, slug, day):
    """London and Nairobi, on the days of change and on the 29th of February; the reader is in New York."""
    tenant = {"alpha": alpha, "beta": beta}[slug]
    with tenant_context(tenant):
        session = schedule_session(course=make.course(), by=None, days=spans(day, day, time(9), time(17)))
        booking = make.confirmed_booking(session=session)
        text = calendar_file(booking)
        token = token_of(booking)
    [event] = [part for part in Calendar.from_ical(text).walk() if part.name == "VEVENT"]
    assert event["dtstart"].params["TZID"] == tenant.time_zone
    read_in_new_york = event.decoded("dtstart").astimezone(ZoneInfo("America/New_York"))
    assert read_in_new_york == at(day, time(9), ZoneInfo(tenant.time_zone))
    page = client_of(tenant).get(f"/bookings/{token}/").content.decode()
    assert f"{day.day} {day:%B %Y}" in page or f"{day.day} {day:%b %Y}" in page
    assert "09:00" in page


def test_a_hold_over_the_hour_that_comes_twice_lasts_as_long_as_any(tenant):
    with time_machine.travel(datetime(2027, 10, 31, 0, 45, tzinfo=UTC), tick=False):  # 01:45, for the first time
        booking = make.booking()
        assert booking.hold_expires_at == datetime(2027, 10, 31, 1, 15, tzinfo=UTC)
    with time_machine.travel(datetime(2027, 10, 31, 1, 14, tzinfo=UTC), tick=False):  # 01:14, for the second time
        expire_holds()
        booking.refresh_from_db()
        assert booking.status == BookingStatus.PENDING
    with time_machine.travel(datetime(2027, 10, 31, 1, 16, tzinfo=UTC), tick=False):
        expire_holds()
        booking.refresh_from_db()
        assert booking.status == BookingStatus.EXPIRED


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_process_with_a_wrong_clock_never_oversells(tenant, minutes):
    """Its holds end too early or too late by as much; seats are counted, not timed, so none is sold twice."""
    session = make.session(capacity=1)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=minutes), tick=True):
        booking = make.booking(session=session)
    with pytest.raises(SessionFull):
        make.booking(session=session)
    Booking.objects.filter(pk=booking.pk).update(hold_expires_at=datetime.now(UTC) - timedelta(seconds=1))
    expire_holds()
    make.booking(session=session)
    booking.refresh_from_db()
    assert booking.status == BookingStatus.EXPIRED
    session.refresh_from_db()
    assert session.seats_taken == 1


def test_postgres_and_python_read_the_same_time_off_every_wall(db, repeats, finding):
    years = repeats(2, thorough=10)
    print(zones.versions())  # noqa: T201
    first = datetime(datetime.now(UTC).year, 1, 1, tzinfo=UTC)
    assert zones.differences(TWENTY, first=first, years=years) == []
    nowhere = zones.differences(["Europe/Nowhere"], first=first, years=1)
    assert nowhere == ["Europe/Nowhere: Postgres does not know it"]
    finding(
        "Time zones of Postgres and Python, every six hours",
        times=len(TWENTY),
        must=f"no difference in 20 zones over {years} years",
        found=f"none. {zones.versions()}",
        control="rules of another zone differ",
    )


def test_the_control_finds_a_difference(db, monkeypatch):
    """A Python that thinks London keeps the time of Lagos is caught."""
    monkeypatch.setattr(zones, "ZoneInfo", lambda name: ZoneInfo("Africa/Lagos"))
    first = datetime(2027, 1, 1, tzinfo=UTC)
    assert zones.differences(["Africa/Lagos", "Europe/London"], first=first, years=1) == [
        "Europe/London at 2027-01-01 00:00 UTC"
    ]
