"""What a calendar that somebody subscribed to says: the right days, as they move and are called off, and no more."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared_apps.accounts.services import set_active
from shared_apps.core.time import now
from shared_apps.tenants.context import tenant_context
from tenant_apps.bookings.calendar import calendar_file
from tenant_apps.bookings.models import Attendee, Booking
from tenant_apps.bookings.rescheduling import reschedule_session
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.bookings.transfers import transfer_booking
from tenant_apps.feeds import contents
from tenant_apps.feeds.models import Feed
from tenant_apps.feeds.services import (
    make_centre_feed,
    make_own_feed,
    make_room_feed,
    make_trainer_feed,
    revoke_feed,
)
from tenant_apps.people.merging import merge_people
from tenant_apps.people.models import Person
from tenant_apps.people.privacy import erase_person
from tenant_apps.people.services import set_trainer_active
from tenant_apps.scheduling.models import Place, Room, Session, TeamMember, TeamRole
from tenant_apps.scheduling.plan import spans
from tenant_apps.scheduling.services import cancel_session, schedule_session, update_session
from tests import make
from tests.bookings.test_put_it_in_a_calendar import events_in
from tests.feeds.conftest import Reader, address

pytestmark = pytest.mark.django_db
TIMES = (time(9), time(17))


def on(in_days, days=1, **fields):
    """A session of so many days, from 09:00 on."""
    first = make.today() + timedelta(days=in_days)
    fields.setdefault("course", make.course(title="Gas safety"))
    return schedule_session(days=spans(first, first + timedelta(days=days - 1), *TIMES), by=None, **fields)


def days_from(in_days, days=1):
    first = make.today() + timedelta(days=in_days)
    return spans(first, first + timedelta(days=days - 1), *TIMES)


def what(events):
    return [(str(event["uid"]), str(event["status"])) for event in events]


@pytest.fixture
def student(tenant):
    return make.student_user()


@pytest.fixture
def hall():
    return Room.objects.create(place=Place.objects.create(name="Harbour Road", address="Unit 4"), name="Hall")


# --- A person -------------------------------------------------------------------------------------


def test_a_booking_stays_one_event_however_its_date_moves(student, subscribe):
    user, person = student
    office = make.user("admin")
    booking = make.confirmed_booking(session=on(40), buyer=person)
    mine = subscribe(make_own_feed(user))
    (first,) = mine.events()
    assert str(first["summary"]) == "Gas safety"
    said = [first]

    def moved_by(way):
        way(Booking.objects.select_related("session", "order").get(pk=booking.pk))
        kept = Booking.objects.select_related("session__course", "session__place", "buyer").get(pk=booking.pk)
        (event,) = mine.events()
        _, (sent,) = events_in(calendar_file(kept))
        assert (event["uid"], event["sequence"]) == (sent["uid"], sent["sequence"]) != said[-1]["sequence"]
        assert event["uid"] == first["uid"]
        assert event["sequence"] > said[-1]["sequence"]
        said.append(event)
        return event

    moved = moved_by(lambda one: update_session(one.session, days=days_from(42), by=office))
    assert moved.decoded("dtstart").date() == make.today() + timedelta(days=42)
    hall = Place.objects.create(name="The new hall")
    assert "The new hall" in str(moved_by(lambda one: update_session(one.session, place=hall, by=office))["location"])
    moved_by(lambda one: reschedule_session(one.session, days=days_from(50), by=office))
    to = on(60, course=booking.session.course)
    moved = moved_by(lambda one: transfer_booking(booking=one, to=to, by=office, by_office=True))
    assert moved.decoded("dtstart").date() == make.today() + timedelta(days=60)
    moved_by(lambda one: reschedule_session(one.session, days=days_from(65), by=office))
    gone = moved_by(lambda one: cancel_booking(one, by=office, by_office=True))
    assert gone["status"] == "CANCELLED"


def test_what_was_called_off_is_said_for_a_month(student, subscribe, time_machine):
    user, person = student
    booking = make.confirmed_booking(session=on(80, days=2), buyer=person)
    mine = subscribe(make_own_feed(user))
    cancel_session(booking.session, reason="The hall is flooded.", by=make.user("admin"))
    make.deliver_all()
    assert {status for _uid, status in what(mine.events())} == {"CANCELLED"}
    assert len(mine.events()) == 2
    time_machine.move_to(now() + timedelta(days=29))
    assert len(mine.events()) == 2
    time_machine.move_to(now() + timedelta(days=2))
    assert mine.events() == []


def test_a_seat_that_somebody_else_booked_is_in_it_without_anything_to_manage(student, subscribe):
    user, person = student
    names = [{"name": person.name, "email": ""}, {"name": "Zoe Zander", "email": "zoe@example.com"}]
    booking = make.confirmed_booking(session=on(20), seats=2, attendees=names)
    Attendee.objects.filter(booking=booking, position=1).update(person=person)
    text = subscribe(make_own_feed(user)).text()
    assert booking.reference in text
    for word in ("Zoe", "zoe@example.com", booking.buyer.email, "/bookings/A", "/bookings/e", "cancel"):
        assert word not in text
    assert subscribe(make_own_feed(make.student_user()[0])).events() == []


def test_the_room_online_is_open_to_who_is_confirmed(student, subscribe):
    user, person = student
    held = make.booking(session=on(20, online_url="https://meet.example/room"), buyer=person)
    mine = subscribe(make_own_feed(user))
    assert "meet.example" not in mine.text()
    assert what(mine.events()) == [(f"{held.pk}-1@localhost", "TENTATIVE")]
    make.pay(held)
    make.deliver_all()
    assert "meet.example" in mine.text()


def test_what_strangers_ask_for_under_ones_address_is_not_in_it(student, subscribe):
    user, person = student
    make.booking(session=make.session(price=0), buyer=person)
    assert subscribe(make_own_feed(user)).events() == []


def test_over_the_change_of_clocks_it_is_the_same_hour(student, subscribe, time_machine):
    time_machine.move_to(datetime(2027, 3, 1, 12, tzinfo=ZoneInfo("UTC")))
    user, person = student
    winter, summer = (spans(day, day, *TIMES) for day in (date(2027, 3, 27), date(2027, 3, 29)))
    session = schedule_session(course=make.course(), days=winter, by=None)
    booking = make.confirmed_booking(session=session, buyer=person)
    mine = subscribe(make_own_feed(user))
    (before,) = mine.events()
    update_session(booking.session, days=summer, by=None)
    (after,) = mine.events()
    utc = ZoneInfo("UTC")
    for event, hour in ((before, 9), (after, 8)):
        assert event["dtstart"].params["TZID"] == "Europe/London"
        assert event.decoded("dtstart").hour == 9
        assert event.decoded("dtstart").astimezone(utc).hour == hour
    assert mine.text().count("BEGIN:VTIMEZONE") == 1


# --- A trainer, a room, the centre ----------------------------------------------------------------


def test_a_trainer_reads_how_many_come_and_not_who(subscribe):
    teacher = make.trainer(name="Tess Trainer")
    session = on(
        10, trainer=teacher, capacity=12, online_url="https://meet.example/room", instructor_notes="Ada owes money"
    )
    booking = make.confirmed_booking(session=session, seats=2, attendees=[{"name": "Zoe Zander"}])
    make.booking(session=session)
    on(11, trainer=make.trainer())
    on(12, trainer=teacher, draft=True)
    taught = subscribe(make_trainer_feed(teacher, by=None))
    (event,) = taught.events()
    assert "3 of 12 seats booked" in str(event["description"])
    assert "1 of them not confirmed yet" in str(event["description"])
    text = taught.text()
    assert "meet.example" in text
    for word in ("Zoe", booking.contact_name, booking.buyer.email, booking.reference, "owes money"):
        assert word not in text


def test_a_trainers_day_stays_one_event_until_somebody_else_teaches_it(subscribe):
    teacher, other, office = make.trainer(), make.trainer(), make.user("admin")
    session = on(10, days=2, trainer=teacher)
    make.confirmed_booking(session=session)
    taught = subscribe(make_trainer_feed(teacher, by=None))
    first = taught.events()
    new = reschedule_session(session, days=days_from(20, 2), by=office)
    then = taught.events()
    assert [event["uid"] for event in then] == [event["uid"] for event in first]
    assert all(after["sequence"] > before["sequence"] for before, after in zip(first, then, strict=True))
    update_session(new, trainer=other, by=office)
    assert taught.events() == []
    theirs = subscribe(make_trainer_feed(other, by=None))
    assert len(theirs.events()) == 2
    new.refresh_from_db()
    cancel_session(new, reason="", by=office)
    gone = theirs.events()
    assert {status for _uid, status in what(gone)} == {"CANCELLED"}
    assert gone[0]["sequence"] > then[0]["sequence"]


def test_who_helps_to_teach_has_it_in_their_calendar_too(subscribe):
    lead, helps = make.trainer(), make.trainer()
    session = on(10, trainer=lead)
    TeamMember.objects.create(session=session, trainer=helps, role=TeamRole.CO_TRAINER)
    seen = [what(subscribe(make_trainer_feed(one, by=None)).events()) for one in (lead, helps)]
    assert seen[0] == seen[1] != []


def test_rooms_and_the_centre_tell_nobodys_name_but_the_trainers(subscribe, hall):
    session = on(
        10, place=hall.place, room=hall, online_url="https://meet.example/room", trainer=make.trainer(name="Tess")
    )
    booking = make.confirmed_booking(session=session, attendees=[{"name": "Zoe Zander"}], special_requests="A ramp")
    on(11)
    on(12, place=hall.place, room=hall, draft=True)
    room, centre = subscribe(make_room_feed(hall, by=None)), subscribe(make_centre_feed(by=None))
    assert [len(one.events()) for one in (room, centre)] == [1, 2]
    for one in (room, centre):
        text = one.text()
        assert "Trainer: Tess" in text
        assert "1 of 12 seats booked" in text
        for word in ("Zoe", booking.contact_name, booking.buyer.email, booking.reference, "ramp", "meet.example"):
            assert word not in text


def test_a_tentative_date_says_so(subscribe):
    on(20, minimum=4, decide_by=now() + timedelta(days=5))
    assert [str(event["status"]) for event in subscribe(make_centre_feed(by=None)).events()] == ["TENTATIVE"]


def test_what_is_long_over_is_in_it_no_more_and_it_never_grows_without_end(subscribe, monkeypatch, time_machine):
    centre = subscribe(make_centre_feed(by=None))
    for in_days in (5, 6, 7, 40, 41):
        on(in_days)
    assert len(centre.events()) == 5
    time_machine.move_to(now() + timedelta(days=30))
    assert len(centre.events()) == 5
    monkeypatch.setattr(contents, "MOST_PAST", 1)
    monkeypatch.setattr(contents, "MOST_AHEAD", 1)
    days = [event.decoded("dtstart") for event in centre.events()]
    assert [day - days[0] for day in days] == [timedelta(0), timedelta(days=33)]  # the last that is over, and the next
    monkeypatch.undo()
    time_machine.move_to(now() + timedelta(days=68))
    assert len(centre.events()) == 2


# --- The file -------------------------------------------------------------------------------------


def test_it_is_a_calendar_to_subscribe_to(student, subscribe):
    make.confirmed_booking(session=on(5), buyer=student[1])
    mine = subscribe(make_own_feed(student[0]))
    answer, text = mine.look(), mine.text()
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="alpha.ics"'
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["X-Robots-Tag"] == "noindex"
    for line in (
        "METHOD:PUBLISH", "NAME:My courses at Alpha Training", "X-WR-CALNAME:My courses at Alpha Training",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H",
    ):  # fmt: skip
        assert f"{line}\r\n" in text
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))


def test_whatever_a_title_holds_it_stays_a_title(subscribe):
    title = "Gas; safety, part 1\\n\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:x"
    on(5, course=make.course(title=title))
    (event,) = subscribe(make_centre_feed(by=None)).events()
    assert "END:VEVENT" in str(event["summary"])
    assert str(event["uid"]) != "x"


def test_who_has_it_already_is_told_that_nothing_changed(subscribe, time_machine):
    time_machine.move_to(now(), tick=False)
    session = on(30)
    centre = subscribe(make_centre_feed(by=None))
    first = centre.look()
    tag, since = first["ETag"], first["Last-Modified"]
    time_machine.move_to(now() + timedelta(hours=2), tick=False)
    for asked in ({"if-none-match": tag}, {"if-modified-since": since}):
        answer = centre.look(**asked)
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)
    make.booking(session=session)  # the number of seats is part of it
    for asked in ({"if-none-match": tag}, {"if-modified-since": since}):
        answer = centre.look(**asked)
        assert answer.status_code == 200
        assert answer["ETag"] != tag
        assert answer["Last-Modified"] != since


def test_it_takes_as_many_queries_however_much_is_in_it(
    student, subscribe, hall, django_assert_max_num_queries, django_assert_num_queries
):
    user, person = student
    teacher = make.trainer()

    def fill(day):
        fields = {"trainer": teacher, "place": hall.place, "room": hall}
        make.confirmed_booking(session=on(day, days=2, **fields), buyer=person)

    feeds = [
        make_own_feed(user),
        make_trainer_feed(teacher, by=None),
        make_room_feed(hall, by=None),
        make_centre_feed(by=None),
    ]
    fill(10)
    readers = [subscribe(feed) for feed in feeds]
    counts = []
    for reader in readers:
        reader.look()
        with django_assert_max_num_queries(14) as counted:
            reader.look()
        counts.append(len(counted))
    for day in (20, 30, 40):
        fill(day)
    for reader, count in zip(readers, counts, strict=True):
        reader.look()
        with django_assert_num_queries(count):
            assert len(reader.events()) == 8


def test_that_it_was_read_is_noted_and_not_every_time(subscribe, time_machine):
    time_machine.move_to(now(), tick=False)
    feed = make_centre_feed(by=None)
    assert feed.read_at is None
    centre = subscribe(feed)

    def read_at():
        centre.look()
        return Feed.objects.get(pk=feed.pk).read_at

    first = read_at()
    assert first == now()
    time_machine.move_to(now() + timedelta(minutes=50), tick=False)
    assert read_at() == first
    time_machine.move_to(now() + timedelta(minutes=20), tick=False)
    assert read_at() == now()


def test_asking_without_end_is_stopped(subscribe, settings):
    settings.RATE_LIMITS = True
    centre = subscribe(make_centre_feed(by=None))
    centre.url = f"/calendars/{'a' * 38}/calendar.ics"
    answers = [centre.look().status_code for _n in range(122)]
    assert (answers[0], answers[-1]) == (404, 429)


# --- Whose link opens nothing ---------------------------------------------------------------------


def gone_when(feed, subscribe, end):
    """Whether the link opens the calendar until `end()`, and is not there from then on."""
    reader = subscribe(feed)
    assert reader.look().status_code == 200
    end()
    return reader.look().status_code == 404


def test_a_link_that_was_ended_or_replaced_opens_nothing(student, subscribe):
    feed = make_own_feed(student[0])
    assert gone_when(feed, subscribe, lambda: revoke_feed(feed, by=student[0]))
    old = make_own_feed(student[0])
    assert gone_when(old, subscribe, lambda: make_own_feed(student[0]))
    assert Feed.objects.standing().count() == 1


def test_who_may_sign_in_no_more_reads_no_more(student, subscribe):
    assert gone_when(make_own_feed(student[0]), subscribe, lambda: set_active(student[0], active=False))


def test_an_erased_person_has_no_calendar(student, subscribe):
    feed, owner = make_own_feed(student[0]), make.user("owner")
    assert gone_when(feed, subscribe, lambda: erase_person(student[1], by=owner))
    assert not Feed.objects.exists()


def test_a_record_that_ended_in_another_has_no_calendar(student, subscribe):
    user, person = student
    teacher = make.trainer()

    def join():
        merge_people(kept=teacher.person, absorbed=person, by=make.user("owner"))
        assert Person.objects.get(pk=person.pk).merged_into_id

    assert gone_when(make_own_feed(user), subscribe, join)
    user.refresh_from_db()
    assert subscribe(make_own_feed(user)).look().status_code == 200


def test_a_trainer_who_left_reads_no_more(subscribe):
    teacher = make.trainer()
    feed = make_trainer_feed(teacher, by=None)
    assert gone_when(feed, subscribe, lambda: set_trainer_active(teacher, active=False, by=make.user("owner")))


@pytest.mark.parametrize("token", ["x", "a" * 38, "ä" * 38, "%00", "A" * 300, "..%2f"])
def test_a_link_that_nobody_made_opens_nothing(tenant, client_of, token):
    assert client_of(tenant).get(f"/calendars/{token}/calendar.ics").status_code == 404


def test_a_link_means_nothing_at_another_provider(alpha, beta, client_of):
    with tenant_context(alpha):
        feed = make_centre_feed(by=None)
        url = address(feed)
    path = url.removeprefix("/alpha")
    assert Reader(client_of(alpha), path).look().status_code == 200
    with tenant_context(beta):
        Feed.objects.create(pk=feed.pk, kind="centre")
        Session.objects.all()
    assert Reader(client_of(beta), path).look().status_code == 404
