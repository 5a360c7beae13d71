"""The .ics of a booking: read by a parser, right in every zone and over a change of clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from shared_apps.core.time import now
from shared_apps.events.bus import deliver_due
from shared_apps.tenants.context import tenant_context
from shared_apps.tenants.services import change_tenant
from tenant_apps.bookings.calendar import attachments, calendar_file, google_links
from tenant_apps.bookings.details import set_details
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.selectors import token_of
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.catalogue.services import save_course
from tenant_apps.scheduling.ical import Entry, Method, Status, calendar_text
from tenant_apps.scheduling.models import Place, Session
from tenant_apps.scheduling.moves import tell_moves
from tenant_apps.scheduling.plan import spans
from tenant_apps.scheduling.running import complete_session, start_session
from tenant_apps.scheduling.services import cancel_session, schedule_session, update_session
from tests import make
from tests.bookings.conftest import path

pytestmark = pytest.mark.django_db
TIMES = (time(9), time(17))


def session_on(*days, place=None):
    return schedule_session(
        course=make.course(title="Gas; safety, part 1"), by=None, place=place,
        days=spans(days[0], days[-1], *TIMES, only=days),
    )  # fmt: skip


def events_in(text):
    calendar = Calendar.from_ical(text)
    return calendar, [part for part in calendar.walk() if part.name == "VEVENT"]


def test_each_day_is_an_event_at_the_providers_wall_clock_over_a_change_of_clocks(tenant):
    place = Place.objects.create(name="Harbour Road", address="Unit 4\nBristol")
    booking = make.confirmed_booking(session=session_on(date(2027, 3, 27), date(2027, 3, 29), place=place))
    calendar, events = events_in(calendar_file(booking))

    assert calendar["method"] == "PUBLISH"
    assert [part.name for part in calendar.walk() if part.name == "VTIMEZONE"] == ["VTIMEZONE"]
    starts = [event.decoded("dtstart") for event in events]
    assert [event["dtstart"].params["TZID"] for event in events] == ["Europe/London"] * 2
    assert [f"{start:%d %H:%M}" for start in starts] == ["27 09:00", "29 09:00"]
    utc = [start.astimezone(ZoneInfo("UTC")).hour for start in starts]
    assert utc == [9, 8]  # the clocks went forward on the 28th
    assert str(events[0]["summary"]) == "Gas; safety, part 1"
    assert str(events[0]["location"]) == "Harbour Road, Unit 4, Bristol"


def test_nairobi_has_its_own_time(beta):
    with tenant_context(beta):
        booking = make.confirmed_booking(session=session_on(date(2027, 3, 29)))
        _, (event,) = events_in(calendar_file(booking))
    assert event["dtstart"].params["TZID"] == "Africa/Nairobi"
    assert event.decoded("dtstart").astimezone(ZoneInfo("UTC")).hour == 6


def test_a_changed_date_replaces_the_event_and_a_cancellation_takes_it_away(tenant):
    booking = make.confirmed_booking(session=session_on(date(2027, 5, 3), date(2027, 5, 4)))
    _, before = events_in(calendar_file(booking))
    update_session(booking.session, days=spans(date(2027, 5, 10), date(2027, 5, 11), *TIMES), by=None)
    booking.session.refresh_from_db()
    _, after = events_in(calendar_file(booking))
    assert [event["uid"] for event in after] == [event["uid"] for event in before]
    assert after[0]["sequence"] > before[0]["sequence"]

    cancelled, gone = events_in(calendar_file(cancel_booking(booking, by=None)))
    assert cancelled["method"] == "CANCEL"
    assert {event["status"] for event in gone} == {"CANCELLED"}
    assert [event["uid"] for event in gone] == [event["uid"] for event in before]
    assert gone[0]["sequence"] > after[0]["sequence"]


def test_the_page_gives_the_file(visitor):
    booking = make.confirmed_booking()
    answer = visitor.open(path("booking_calendar", token_of(booking)))
    assert answer["Content-Type"].startswith("text/calendar")
    assert booking.reference in answer["Content-Disposition"]
    _, (event,) = events_in(answer.content)
    assert event.decoded("dtstart") == booking.session.starts_at.replace(microsecond=0)
    assert f"/alpha/bookings/{token_of(booking)[:20]}" in str(event["description"])


def test_a_link_fills_in_google_calendar(tenant):
    booking = make.confirmed_booking(session=session_on(date(2027, 7, 5)))
    (link,) = google_links(booking)
    assert "dates=20270705T080000Z%2F20270705T160000Z" in link.google
    assert "ctz=Europe%2FLondon" in link.google


def online(status):
    made = make.booking(session=make.session(online_url="https://meet.example/room", price=200))
    if status == "confirmed":
        make.pay(made)
        deliver_due()
    elif status == "cancelled":
        cancel_booking(made, by=None)
    elif status == "expired":
        make.run_out(made)
    made.refresh_from_db()
    assert made.status == status
    return made


@pytest.mark.parametrize(
    ("status", "says"),
    [("pending", "TENTATIVE"), ("confirmed", "CONFIRMED"), ("cancelled", "CANCELLED"), ("expired", "CANCELLED")],
)
def test_the_room_is_open_to_confirmed_bookings_alone(visitor, status, says):
    booking = online(status)
    text = visitor.open(path("booking_calendar", token_of(booking))).content.decode()
    page = visitor.open(path("booking", token_of(booking))).content.decode()
    calendar, (event,) = events_in(text)
    assert event["status"] == says
    assert ("meet.example" in text.replace("\r\n ", "")) == (status == "confirmed")
    assert ("meet.example" in page) == (status == "confirmed")
    assert str(event["organizer"]) == "mailto:bookings@muster.test"
    assert str(event["organizer"].params["CN"]) == "Alpha Training"
    assert calendar["method"] == ("CANCEL" if says == "CANCELLED" else "PUBLISH")


def test_a_file_says_when_it_was_made(tenant):
    booking = make.confirmed_booking()
    _, (event,) = events_in(calendar_file(booking))
    booking.session.course.refresh_from_db()
    assert event.decoded("dtstamp") >= booking.confirmed_at.replace(microsecond=0)
    cancelled = cancel_booking(booking, by=None)
    _, (gone,) = events_in(calendar_file(cancelled))
    assert gone.decoded("dtstamp") >= cancelled.cancelled_at.replace(microsecond=0)


def test_the_zone_in_the_file_is_no_history_of_time(tenant):
    booking = make.confirmed_booking(session=session_on(date(2027, 1, 12), date(2027, 1, 13)))
    text = calendar_file(booking)
    calendar, _ = events_in(text)
    (zone,) = calendar.timezones
    assert all(part.decoded("dtstart").year >= 2025 for part in zone.subcomponents)
    assert len(text) < 3000


def test_a_session_keeps_its_hours_when_the_provider_moves_to_another_zone(tenant, visitor, mails):
    booking = make.confirmed_booking(session=session_on(date(2027, 5, 3)))
    starts = booking.session.starts_at
    change_tenant(tenant=tenant, time_zone="Africa/Nairobi", by=None)
    with tenant_context(tenant):
        booking = Booking.objects.select_related("session").get()
        assert booking.session.starts_at == starts
        assert "09:00" in visitor.open(path("booking", token_of(booking))).content.decode()
        _, (event,) = events_in(calendar_file(booking))
        assert (event["dtstart"].params["TZID"], event.decoded("dtstart").hour) == ("Europe/London", 9)
        update_session(booking.session, online_url="https://meet.example.com/b", by=None)
        Session.objects.update(tell_move_at=now())
        tell_moves()
        deliver_due()
        (mail,) = mails("bookings/moved")
        assert "09:00–17:00 BST" in mail.text
        assert "20270503T080000Z" in google_links(booking)[0].google
        made = session_on(date(2027, 6, 7))
        assert (made.time_zone, made.starts_at.hour) == ("Africa/Nairobi", 6)


def test_what_takes_place_after_all_outranks_that_it_was_called_off(tenant):
    booking = make.booking(session=make.session(price=200))
    make.run_out(booking)
    _, (gone,) = events_in(calendar_file(booking))
    make.card_payment(booking.order)
    make.deliver_all()
    booking = Booking.objects.select_related("session").get()
    _, (there,) = events_in(calendar_file(booking))
    assert (gone["status"], there["status"]) == ("CANCELLED", "CONFIRMED")
    assert there["sequence"] > gone["sequence"]


def test_who_comes_again_after_being_replaced_has_it_in_their_calendar_again(tenant, mails):
    names = [{"name": "Ada Byron", "email": "ada@example.com"}]
    booking = make.confirmed_booking(attendees=names)
    make.deliver_all()
    for who in ([{"name": "Bob Stone", "email": "bob@example.com"}], names):
        set_details(booking, attendees=who, by=None, by_office=True)
        make.deliver_all()
    said = [events_in(mail.attachments[0]["content"])[1][0] for mail in mails() if mail.to == "ada@example.com"]
    assert [event["status"] for event in said] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert said[0]["sequence"] < said[1]["sequence"] < said[2]["sequence"]


def test_a_day_that_came_back_outranks_that_it_was_dropped(tenant):
    session = session_on(date(2027, 5, 3), date(2027, 5, 4))
    booking = make.confirmed_booking(session=session)
    dropped = [(day.starts_at, day.ends_at) for day in booking.session.days.all()][1:]
    update_session(booking.session, days=spans(date(2027, 5, 3), date(2027, 5, 3), *TIMES), by=None)
    booking.session.refresh_from_db()
    _, (gone,) = events_in(attachments(booking, dropped=dropped)[1]["content"])
    update_session(booking.session, days=spans(date(2027, 5, 3), date(2027, 5, 4), *TIMES), by=None)
    booking.session.refresh_from_db()
    _, (_stays, back) = events_in(calendar_file(booking))
    assert (gone["uid"], gone["status"]) == (back["uid"], "CANCELLED")
    assert back["sequence"] > gone["sequence"]


def test_when_its_session_is_called_off_it_is_before_the_booking_is(tenant):
    booking = make.confirmed_booking()
    cancel_session(booking.session, reason="", by=None)
    booking = Booking.objects.select_related("session").get()
    assert booking.status == "confirmed"  # cancelled by whoever hears of it
    calendar, (event,) = events_in(calendar_file(booking))
    assert (calendar["method"], event["status"]) == ("CANCEL", "CANCELLED")


def test_what_was_ended_early_is_not_taught_on_the_days_that_were_left(tenant, time_machine):
    booking = make.confirmed_booking(session=session_on(date(2027, 5, 3), date(2027, 5, 4)))
    time_machine.move_to(booking.session.starts_at)
    office = make.user("admin")
    complete_session(start_session(booking.session, by=office), by=office)
    make.deliver_all()
    booking = Booking.objects.select_related("session").get()
    _, (taught, left) = events_in(calendar_file(booking))
    assert (booking.status, taught["status"], left["status"]) == ("completed", "CONFIRMED", "CANCELLED")


def test_an_email_has_a_file_for_each_day_that_asks_its_reader(tenant, mails):
    """Outlook and Gmail take the first event of a file alone, and of those that name nobody none."""
    session = session_on(date(2027, 3, 1), date(2027, 3, 2), date(2027, 3, 3))
    booking = make.confirmed_booking(session=session)
    (mail,) = mails("bookings/confirmed")
    assert [file["type"] for file in mail.attachments] == ["text/calendar; method=REQUEST"] * 3
    read = [events_in(file["content"]) for file in mail.attachments]
    assert [str(calendar["method"]) for calendar, _events in read] == ["REQUEST"] * 3
    asked = [event for _calendar, (event,) in read]
    assert {str(event["attendee"]) for event in asked} == {f"mailto:{booking.buyer.email}"}
    assert len({event["uid"] for event in asked}) == 3
    cancel_booking(booking, by=None)
    deliver_due()
    gone = [events_in(file["content"]) for file in mails("bookings/cancelled")[0].attachments]
    assert [str(calendar["method"]) for calendar, _events in gone] == ["CANCEL"] * 3
    assert [event["uid"] for _calendar, (event,) in gone] == [event["uid"] for event in asked]
    assert {str(event["attendee"]) for _calendar, (event,) in gone} == {f"mailto:{booking.buyer.email}"}


def test_who_is_replaced_takes_nothing_out_of_the_calendar_of_who_booked(tenant, mails):
    """Both emails may end in the calendar of one assistant."""
    grace = [{"name": "Grace Hopper", "email": "grace@example.com"}]
    booking = make.confirmed_booking(session=make.session(in_days=20), attendees=grace)
    set_details(booking, attendees=[{"name": "Mary Somerville"}], by=None)
    deliver_due()
    mine, theirs, gone = (
        events_in(mails(f"bookings/{kind}")[0].attachments[0]["content"])[1][0]["uid"]
        for kind in ("confirmed", "attending", "attending_replaced")
    )
    assert mine != theirs == gone


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Australia/Lord_Howe"])
def test_summer_time_begins_in_the_file_when_it_begins(tenant, zone):
    """RFC 5545, 3.6.5: said on the clock that is in force until then."""
    begins = datetime(2027, 3, 27, 9, tzinfo=ZoneInfo(zone))
    entry = Entry("a", begins, begins + timedelta(hours=1), "Gas", "", "", 0, Status.CONFIRMED)
    calendar = Calendar.from_ical(calendar_text([entry], method=Method.PUBLISH, stamp=now()))
    (written,) = calendar.timezones
    for change in written.subcomponents[1:]:
        utc = (change.DTSTART - change["TZOFFSETFROM"].td).replace(tzinfo=UTC)
        before, after = ((utc + timedelta(seconds=s)).astimezone(ZoneInfo(zone)).utcoffset() for s in (-1, 0))
        assert (before, after) == (change["TZOFFSETFROM"].td, change["TZOFFSETTO"].td)


def test_a_calendar_in_which_nothing_is_yet_has_a_component(tenant):
    """RFC 5545, 3.6: programs refuse to subscribe to one that is empty."""
    assert Calendar.from_ical(calendar_text([], method=Method.PUBLISH, stamp=now())).subcomponents


def test_another_title_of_the_course_is_newer_in_calendars(tenant):
    booking = make.confirmed_booking(session=make.session(in_days=20))
    _, (before,) = events_in(calendar_file(booking))
    save_course(booking.session.course, title="Another title", by=None)
    deliver_due()
    booking = Booking.objects.select_related("session__course", "session__place", "session__room").get()
    _, (after,) = events_in(calendar_file(booking))
    assert str(after["summary"]) == "Another title"
    assert after["sequence"] > before["sequence"]
