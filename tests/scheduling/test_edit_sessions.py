import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils.timezone import localtime

from shared_apps.tenants.context import tenant_context
from shared_apps.web.templatetags.muster import day as written_day
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.bookings.waiting_list import join_waiting_list
from tenant_apps.people.models import Person
from tenant_apps.scheduling.errors import CapacityBelowBooked
from tenant_apps.scheduling.models import Place, Room, Session
from tenant_apps.scheduling.progress import keep_pace
from tenant_apps.scheduling.services import update_session
from tests import make
from tests.support.web import tight

pytestmark = pytest.mark.django_db


def form(**fields):
    day = make.today() + timedelta(days=60)
    return {
        "start_date": day.isoformat(), "begins": "09:00", "ends": "16:30", "capacity": 8, "listing": "public",
        **fields,
    }  # fmt: skip


def create(client, course, **fields):
    return client.post(f"/admin/courses/{course.pk}/sessions/new/", form(**fields))


def test_a_session_is_put_on_the_calendar(office):
    trainer = make.trainer()
    course = make.course(lead_trainer=trainer)
    answer = create(office, course, trainer=trainer.pk, online_url="https://meet.example.com/x")
    session = Session.objects.get()
    assert answer["Location"].endswith(f"/admin/sessions/{session.pk}/")
    assert (session.capacity, session.trainer, session.delivery) == (8, trainer, "online")
    assert f"{localtime(session.starts_at):%H:%M}–{localtime(session.ends_at):%H:%M}" == "09:00–16:30"


def test_times_are_those_of_the_providers_zone(beta, client_of):
    with tenant_context(beta):
        course, owner = make.course(), make.user("owner", password="")
    client_of(beta).sign_in(owner).post(
        f"/admin/courses/{course.pk}/sessions/new/", form(start_date="2030-07-01", begins="09:00", ends="10:00")
    )
    with tenant_context(beta):
        assert Session.objects.get().starts_at == datetime(2030, 7, 1, 6, tzinfo=UTC)


def test_a_course_with_gaps_has_just_its_days(office):
    course = make.course()
    create(office, course, start_date="2030-07-01", only_days="2030-07-01\n8/7/2030\n2030-07-15 10:00-12:00\n")
    days = [
        f"{localtime(day.starts_at):%d %H:%M}-{localtime(day.ends_at):%H:%M}"
        for day in Session.objects.get().days.all()
    ]
    assert days == ["01 09:00-16:30", "08 09:00-16:30", "15 10:00-12:00"]


def test_saving_the_form_untouched_changes_nothing(office, happened):
    course = make.course()
    create(office, course, start_date="2030-07-01", only_days="2030-07-01\n2030-07-15 10:00-12:00")
    session = Session.objects.get()
    page = office.get(f"/admin/sessions/{session.pk}/edit/").context["form"]
    data = {name: page[name].value() for name in page.fields}
    data = {name: value for name, value in data.items() if value not in (None, "", False)}
    assert office.post(f"/admin/sessions/{session.pk}/edit/", data).status_code == 302
    assert "session.changed" not in happened()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"start_date": "2020-01-01"}, "lies in the future"),
        ({"start_date": "2030-07-05", "end_date": "2030-07-01"}, "before the first"),
        ({"start_date": "2030-07-01", "only_days": "soon"}, "is not a day"),
        ({"start_date": "2030-07-01", "end_date": "2031-07-01"}, "at most 60 days"),
        ({"start_date": "2030-07-01", "only_days": "2030-07-01\n2030-07-01"}, "overlap"),
        ({"start_date": "2030-07-01", "only_days": "2 Jul 2030\r\n2030-07-04"}, "begin on 2 July 2030"),
        (
            {"start_date": "2030-07-01", "end_date": "2030-07-09", "only_days": "2030-07-01\r\n04/07/2030"},
            "end on 4 July 2030",
        ),
        ({"capacity": "0"}, "Enter 1 or more."),
        ({"start_date": "0001-01-01", "begins": "00:00"}, "No earlier than 1970."),
        ({"start_date": "9999-12-31", "begins": "20:00", "ends": "06:00", "ends_next_day": "on"}, "No later than 2200"),
        ({"start_date": "9999-12-31"}, "No later than 2200."),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(office, fields, words):
    answer = create(office, make.course(), instructor_notes="Bring the red box", **fields)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "Bring the red box" in page
    assert "<title>Error:" in " ".join(page.split()).replace("<title> ", "<title>")
    assert not Session.objects.exists()


def test_days_are_not_moved_to_where_nothing_can_be_counted(office):
    create(office, make.course(), start_date="2030-07-01", only_days="2030-07-01\n2030-07-15")
    url = f"/admin/sessions/{Session.objects.get().pk}/edit/"
    shown = office.get(url).context["form"]
    given = {name: value for name in shown.fields if (value := shown[name].value()) not in (None, False)}
    for day, words in (("9999-12-31", "No later than 2200."), ("0001-01-01", "No earlier than 1970.")):
        answer = office.post(url, {**given, "start_date": day})
        assert (answer.status_code, words in answer.content.decode()) == (422, True)


def test_every_clash_is_named_at_its_field_and_the_form_keeps_its_values(office):
    trainer, course = make.trainer(name="Tess Trainer"), make.course(title="Welding")
    yard = Place.objects.create(name="Yard")
    room = Room.objects.create(name="Room 1", place=yard)
    create(office, course, trainer=trainer.pk, place=yard.pk, room=room.pk)
    same = {"trainer": trainer.pk, "place": yard.pk, "room": room.pk}
    answer = create(office, course, **same, instructor_notes="Bring the red box", begins="10:00")
    assert answer.status_code == 422
    errors, day = answer.context["form"].errors, written_day(Session.objects.get().starts_at)
    assert errors["trainer"] == [f"Tess Trainer is taken at that time: Welding, {day}, 09:00–16:30."]
    assert errors["room"] == [f"Room 1 is taken at that time: Welding, {day}, 09:00–16:30."]
    page = answer.content.decode()
    assert "Bring the red box" in page
    assert 'value="10:00"' in page
    assert Session.objects.count() == 1


def test_nobody_yet_is_nobody_and_not_the_trainer_of_the_course(office):
    course = make.course(lead_trainer=make.trainer())
    create(office, course, trainer="")
    assert Session.objects.get().trainer is None


def test_a_room_is_where_its_place_is(office):
    yard, hall = Place.objects.create(name="Yard"), Place.objects.create(name="Hall")
    room = Room.objects.create(place=yard, name="Workshop")
    answer = create(office, make.course(), place=hall.pk, room=room.pk)
    assert "room" in answer.context["form"].errors
    create(office, make.course(), room=room.pk)
    assert Session.objects.get().place == yard


def test_capacity_never_falls_below_what_is_booked(office):
    course = make.course()
    create(office, course)
    session = Session.objects.get()
    make.booking(session=session, seats=3)
    answer = office.post(f"/admin/sessions/{session.pk}/edit/", form(capacity=2))
    assert "3 seats are booked" in answer.context["form"].errors["capacity"][0]
    session.refresh_from_db()
    assert session.capacity == 8


@pytest.mark.parametrize("day", ["9999-12-31", "2201-01-01", "1969-12-31", "0001-01-01"])
def test_a_copy_on_a_day_without_instants_is_refused(office, day):
    session = make.session()
    answer = office.post(f"/admin/sessions/{session.pk}/duplicate/", {"starts_on": day})
    assert answer.status_code == 422
    assert re.search("No (later|earlier) than", answer.content.decode())
    assert Session.objects.count() == 1


def test_a_copy_keeps_the_clock_and_takes_nobody_along(office):
    course = make.course()
    create(office, course, start_date="2030-07-01", only_days="2030-07-01\n2030-07-08")
    session = Session.objects.get()
    make.booking(session=session)
    office.post(f"/admin/sessions/{session.pk}/duplicate/", {"starts_on": "2030-12-02"})
    copy = Session.objects.exclude(pk=session.pk).get()
    assert [f"{localtime(day.starts_at):%d %b %H:%M}" for day in copy.days.all()] == ["02 Dec 09:00", "09 Dec 09:00"]
    assert copy.seats_taken == 0


def test_a_copy_of_what_is_closed_to_visitors_is_closed_too(office):
    session = make.session(takes_bookings=False)
    office.post(f"/admin/sessions/{session.pk}/duplicate/", {"starts_on": "2030-12-02"})
    assert not Session.objects.exclude(pk=session.pk).get().takes_bookings


def test_a_copy_of_what_was_closed_to_visitors_and_is_over_is_closed_too_and_the_page_says_so(office):
    session = make.session(in_days=2, takes_bookings=False)
    with time_machine.travel(session.ends_at + timedelta(hours=1), tick=True):
        keep_pace(session)
        page = f"/admin/sessions/{session.pk}/duplicate/"
        assert "closed to visitors" in office.get(page).content.decode()
        office.post(page, {"starts_on": "2030-12-02"})
        assert not Session.objects.exclude(pk=session.pk).get().takes_bookings


@pytest.mark.usefixtures("tenant")
def test_a_capacity_below_what_is_booked_and_offered_says_which_is_which():
    session = make.session(capacity=2)
    make.confirmed_booking(session=session)
    gone = make.confirmed_booking(session=session)
    join_waiting_list(session=session, person=make.person(), by=None)
    cancel_booking(gone, by=None)
    with pytest.raises(CapacityBelowBooked, match="1 seat is booked and 1 is on offer already"):
        update_session(session, capacity=1, by=None)


def test_upcoming_sessions_come_first_soonest_first(office):
    late, soon, over = make.session(in_days=50), make.session(in_days=5), make.session(in_days=-5)
    assert [row.pk for row in office.get("/admin/sessions/").context["page"]] == [soon.pk, late.pk]
    assert [row.pk for row in office.get("/admin/sessions/?when=all").context["page"]] == [soon.pk, late.pk, over.pk]
    assert [row.pk for row in office.get("/admin/sessions/?when=past").context["page"]] == [over.pk]


def test_sessions_are_filtered_in_the_url(office):
    one, other = make.session(trainer=make.trainer()), make.session()
    for query in (f"trainer={one.trainer_id}", f"course={one.course_id}", f"q={one.course.title.split()[-1]}"):
        found = [row.pk for row in office.get(f"/admin/sessions/?{query}").context["page"]]
        assert one.pk in found
    assert (
        office.get(f"/admin/sessions/?status=cancelled&course={other.course_id}").context["page"].paginator.count == 0
    )


@pytest.mark.parametrize("change", [False, True])
def test_adding_a_place_first_leads_back_to_the_session_as_it_was_typed(office, change):
    course = make.course()
    url = f"/admin/courses/{course.pk}/sessions/new/"
    if change:
        url = f"/admin/sessions/{make.session(course=course).pk}/edit/"
    typed = form(only_days="", instructor_notes="Bring the red box", capacity="", new_place="yes")
    away = office.post(url, typed)
    assert "/admin/places/new/" in away["Location"]
    back = office.post(away["Location"], {"name": "Yard", "rooms": "Workshop"})
    assert back["Location"].endswith(url)
    page = office.get(url)
    found = page.context["form"]
    assert page.status_code == 200
    assert "There is a problem" not in page.content.decode()
    assert (found["instructor_notes"].value(), found["capacity"].value()) == ("Bring the red box", "")
    assert str(found["place"].value()) == str(Place.objects.get().pk)
    saved = {name: found[name].value() or "" for name in found.fields} | {"capacity": 8}
    assert office.post(url, saved)["Location"]
    assert Session.objects.get().place == Place.objects.get()
    assert office.get("/admin/courses/").status_code == 200
    assert not office.get(f"/admin/courses/{course.pk}/sessions/new/").context["form"].is_bound


def test_a_place_is_added_with_its_rooms(office):
    office.post("/admin/places/new/", {"name": "Yard", "rooms": "Workshop\nClassroom\nWorkshop"})
    place = Place.objects.get()
    assert sorted(place.rooms.values_list("name", flat=True)) == ["Classroom", "Workshop"]
    office.post(f"/admin/places/{place.pk}/", {"name": "Feeder Yard", "rooms": "Workshop"})
    place.refresh_from_db()
    assert (place.name, list(place.rooms.values_list("name", flat=True))) == ("Feeder Yard", ["Workshop"])


def test_a_room_that_sessions_are_in_stays(office):
    room = Room.objects.create(place=Place.objects.create(name="Yard"), name="Workshop")
    create(office, make.course(), room=room.pk)
    answer = office.post(f"/admin/places/{room.place_id}/", {"name": "Renamed", "rooms": ""})
    assert "rooms" in answer.context["form"].errors
    assert Place.objects.get().name == "Yard"
    assert Room.objects.exists()


def test_a_session_that_was_called_off_waits_for_nobody(office):
    session = make.session()
    office.post(f"/admin/sessions/{session.pk}/cancel/", {"reason": "The trainer is ill"})
    text = office.get(f"/admin/sessions/{session.pk}/").content.decode()
    assert "It was called off, so nobody comes." in text
    assert "Whoever books a seat appears here" not in text


def test_who_gave_no_address_is_named_to_be_called_when_a_date_is_called_off(office):
    session = make.session()
    make.confirmed_booking(session=session)
    dee = make.confirmed_booking(session=session, contact_name="Dee Nomail", contact_phone="0117 496 0004")
    Person.objects.filter(pk=dee.buyer_id).update(email="")
    assert "Dee Nomail" in office.get(f"/admin/sessions/{session.pk}/cancel/").content.decode()
    page = office.post(f"/admin/sessions/{session.pk}/cancel/", {"reason": "The trainer is ill"}, follow=True)
    said = [str(message) for message in page.context["messages"]]
    assert "They gave no email address, please call them: Dee Nomail 0117 496 0004." in said
    assert "Session cancelled. Everybody is told by email." not in said


def test_the_list_of_courses_and_the_dates_of_a_course_count_the_same(office, desk):
    course, trainer = make.course(), make.trainer(user=make.user("trainer"))
    make.session(course=course)
    off = make.session(course=course)
    make.session(course=course, in_days=-5)
    [listed] = office.get("/admin/courses/").context["page"]
    assert listed.dates == 2
    office.post(f"/admin/sessions/{off.pk}/cancel/", {"reason": "The trainer is ill"})
    make.session(course=course, in_days=-0.1, hours=7, trainer=trainer)  # under way

    [listed] = office.get("/admin/courses/").context["page"]
    assert listed.dates == 2
    assert re.search(
        r"Upcoming 2\s*·\s*1 not taking place", office.get(f"/admin/courses/{course.pk}/sessions/").content.decode()
    )
    own = desk(user=trainer.person.user)
    [listed] = own.get("/admin/courses/").context["page"]
    assert (listed.dates, listed.next_start) == (1, None)
    assert "Under way" in own.get("/admin/courses/").content.decode()
    assert "Upcoming 1<" in tight(own.get(f"/admin/courses/{course.pk}/sessions/").content.decode())


def test_the_same_date_twice_is_said_once_and_then_done(office):
    course = make.course()
    create(office, course)
    said = create(office, course, another="yes")
    assert said.status_code == 200
    assert "Nothing is saved yet" in said.content.decode()
    assert Session.objects.count() == 1

    key = said.context["form"].plan_key
    create(office, course, agreed=key, start_date="2030-04-05")
    assert Session.objects.count() == 2  # of that date there was none
    create(office, course, agreed=key)
    assert Session.objects.count() == 3


def test_a_copy_onto_its_own_date_is_said_once_and_then_done(office):
    session = make.session()
    day = localtime(session.starts_at).date().isoformat()
    said = office.post(f"/admin/sessions/{session.pk}/duplicate/", {"starts_on": day})
    assert "Nothing is saved yet" in said.content.decode()
    assert Session.objects.count() == 1
    key = said.context["form"].plan_key
    office.post(f"/admin/sessions/{session.pk}/duplicate/", {"starts_on": day, "agreed": key})
    assert Session.objects.count() == 2


def test_groups_with_a_trainer_or_a_room_each_need_no_question(office):
    course, place = make.course(), Place.objects.create(name="Yard")
    rooms = [Room.objects.create(place=place, name=name) for name in ("Workshop", "Hall")]
    for fields in ({"trainer": make.trainer().pk}, {"trainer": make.trainer().pk}):
        create(office, course, **fields)
    for room in rooms:
        create(office, course, room=room.pk)
    assert Session.objects.count() == 4
    called_off = Session.objects.filter(room=rooms[0]).get()
    office.post(f"/admin/sessions/{called_off.pk}/cancel/", {"reason": "The trainer is ill"})
    create(office, course, room=rooms[0].pk)
    assert Session.objects.count() == 5
