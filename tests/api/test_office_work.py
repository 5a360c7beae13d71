from datetime import timedelta

import pytest

from shared_apps.core.time import now
from shared_apps.events.bus import deliver_due
from tenant_apps.catalogue.models import Audience, Category
from tenant_apps.messaging.models import Message
from tenant_apps.scheduling.models import Session, SessionDay
from tenant_apps.scheduling.moves import tell_moves
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(tenant, api):
    return api(tenant, make.user("admin"))


def test_a_course_is_made_changed_and_published(office, tenant, api):
    category, audience = Category.objects.get(slug="heat-pumps"), Audience.objects.get(slug="adults")
    body = {
        "title": "Heat pump installation",
        "categoryId": str(category.pk),
        "audienceId": str(audience.pk),
        "summary": "Install them.",
        "price": 480,
        "vatRate": 20,
        "depositPercentage": 0.25,
        "cancellationPolicy": [{"days": 10, "percent": 100}],
        "modules": [{"title": "Sizing", "weight": 40}, {"title": "Fitting", "weight": 60}],
    }
    made = office.post("/courses", body)
    assert made.status_code == 201, made.content
    course = made.json()
    assert (course["slug"], course["depositPercentage"], course["published"]) == ("heat-pump-installation", 0.25, False)
    assert [(module["position"], module["title"]) for module in course["modules"]] == [(1, "Sizing"), (2, "Fitting")]
    assert api(tenant).get(f"/courses/{course['id']}").status_code == 404

    changed = office.patch(f"/courses/{course['id']}", {"published": True, "depositPercentage": None})
    assert (changed.status_code, changed.json()["depositPercentage"]) == (200, None)
    assert [module["weight"] for module in changed.json()["modules"]] == [40, 60]
    assert api(tenant).get(f"/courses/{course['id']}").status_code == 200


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"modules": [{"title": "All of it", "weight": 90}]}, 409, "weights_not_100"),
        ({"cancellationPolicy": [{"days": 1, "percent": 100}, {"days": 9, "percent": 0}]}, 400, "invalid"),
        ({"modules": [{"title": "All of it"}]}, 400, "invalid"),
        ({"modules": [{}]}, 400, "invalid"),
        ({"cancellationPolicy": [{"days": 1}]}, 400, "invalid"),
        ({"depositPercentage": 1.5}, 400, "invalid"),
        ({"price": -1}, 400, "invalid"),
        ({"description": "x" * 20_001}, 400, "invalid"),
        ({"slug": "taken"}, 409, "slug_taken"),
    ],
)
def test_what_a_course_can_t_be(office, change, status, code):
    make.course(slug="taken")
    course = make.course()
    before = office.get(f"/courses/{course.pk}").json()
    answer = office.patch(f"/courses/{course.pk}", change)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert office.get(f"/courses/{course.pk}").json() == before


def test_a_course_with_gaps_keeps_them_when_only_its_hours_change(office):
    course = make.course()
    body = {"days": ["2027-03-01", "2027-03-08", "2027-03-09"], "startTime": "09:00", "endTime": "16:00"}
    session = office.post(f"/courses/{course.pk}/sessions", body).json()
    assert (session["startDate"], session["endDate"]) == ("2027-03-01", "2027-03-09")

    path = f"/courses/{course.pk}/sessions/{session['id']}"
    moved = office.patch(path, {"startTime": "10:30", "availableSpots": 5}).json()
    assert [day["date"] for day in moved["days"]] == body["days"]
    assert (moved["startTime"], moved["endTime"], moved["availableSpots"]) == ("10:30", "16:00", 5)
    later = office.patch(path, {"days": ["2027-04-05"]}).json()
    assert (later["startDate"], later["endDate"], later["startTime"]) == ("2027-04-05", "2027-04-05", "10:30")


def test_each_day_of_a_session_may_have_hours_of_its_own(office):
    course = make.course()
    path = f"/courses/{course.pk}/sessions"
    days = [
        {"date": "2027-03-01", "startTime": "10:00", "endTime": "12:00"},
        {"date": "2027-03-03", "startTime": "22:00", "endTime": "02:00"},
    ]
    made = office.post(path, {"days": days}).json()
    assert [(day["startsAt"][:16], day["endsAt"][:16]) for day in made["days"]] == [
        ("2027-03-01T10:00", "2027-03-01T12:00"),
        ("2027-03-03T22:00", "2027-03-04T02:00"),
    ]
    mixed = office.post(path, {"days": [days[0], "2027-03-05"], "startTime": "09:00", "endTime": "17:00"}).json()
    assert [day["startsAt"][:16] for day in mixed["days"]] == ["2027-03-01T10:00", "2027-03-05T09:00"]
    later = office.patch(f"{path}/{mixed['id']}", {"days": ["2027-03-01", {**days[0], "date": "2027-03-08"}]}).json()
    assert [day["startsAt"][:16] for day in later["days"]] == ["2027-03-01T10:00", "2027-03-08T10:00"]
    for wrong, field in (
        ({"days": [days[0], "2027-03-05"]}, "startTime"),
        ({"days": [{"date": "2027-03-01", "startTime": "10:00"}]}, "days[0].endTime"),
        ({"days": [{**days[0], "room": "x"}]}, "days[0].room"),
        ({"days": ["1 March"], "startTime": "09:00", "endTime": "17:00"}, "days[0]"),
        ({"days": [days[0], {**days[0], "startTime": "11:00"}]}, "days"),
    ):
        refused = office.post(path, wrong)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, field)


def test_what_was_not_named_stays_when_a_session_is_changed(office):
    course = make.course()
    hours = {"startTime": "09:00", "endTime": "17:00"}
    session = office.post(f"/courses/{course.pk}/sessions", {"days": ["2027-04-05", "2027-04-09"], **hours}).json()
    path = f"/courses/{course.pk}/sessions/{session['id']}"
    office.patch(path, {"days": ["2027-04-05", "2027-04-07", "2027-04-09"], "startTime": "09:00"})
    own = SessionDay.objects.order_by("starts_at")[1]
    SessionDay.objects.filter(pk=own.pk).update(starts_at=own.starts_at + timedelta(hours=1))  # a day of its own hours

    earlier = office.patch(path, {"startTime": "08:30"}).json()
    assert [row["startsAt"][11:16] for row in earlier["days"]] == ["08:30", "10:00", "08:30"]
    moved = office.patch(path, {"startDate": "2027-04-06"}).json()
    assert [row["date"] for row in moved["days"]] == ["2027-04-06", "2027-04-08", "2027-04-10"]
    assert [row["id"] for row in moved["days"]] == [row["id"] for row in earlier["days"]]
    refused = office.patch(path, {"endDate": "2027-04-20"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "endDate")


def test_a_night_is_said_to_be_one(office):
    course = make.course()
    night = {"startDate": "2027-04-05", "startTime": "22:00", "endTime": "06:00"}
    refused = office.post(f"/courses/{course.pk}/sessions", night)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "endTime")
    made = office.post(f"/courses/{course.pk}/sessions", {**night, "endsNextDay": True}).json()
    assert (made["endTime"], made["endsNextDay"], made["endDate"]) == ("06:00", True, "2027-04-05")
    path = f"/courses/{course.pk}/sessions/{made['id']}"
    assert office.patch(path, {"startTime": "21:00"}).json()["endsNextDay"]
    assert not office.patch(path, {"startTime": "09:00", "endTime": "17:00"}).json()["endsNextDay"]


def test_whoever_is_booked_is_told_of_a_move_by_api(office):
    booking = make.confirmed_booking(session=make.session(in_days=40))
    path = f"/courses/{booking.session.course_id}/sessions/{booking.session_id}"
    assert office.patch(path, {"startDate": "2027-04-05", "noteToCustomers": "The hall is flooded."}).status_code == 200
    Session.objects.update(tell_move_at=now())
    tell_moves()
    deliver_due()
    mail = Message.objects.get(kind="bookings/moved")
    assert (mail.to, "The hall is flooded." in mail.text) == (booking.buyer.email, True)
    assert office.get(f"/bookings/{booking.pk}").json()["sessionMovedAt"]


@pytest.mark.parametrize(
    ("change", "status", "named"),
    [
        ({"endDate": "2027-01-14"}, 400, "endDate"),
        ({"endTime": "09:00"}, 400, "endTime"),
        ({"availableSpots": 0}, 400, "availableSpots"),
        ({"startDate": "2020-01-15", "endDate": "2020-01-15"}, 409, "session_in_past"),
        ({"endDate": "2099-01-14"}, 400, "endDate"),
        ({"startDate": "0001-01-01", "endDate": "0001-01-01"}, 400, "startDate"),
        ({"startDate": "9999-12-31", "endDate": "9999-12-31", "endTime": "08:00"}, 400, "endDate"),
        ({"days": ["2027-02-01"]}, 400, "days"),
        ({"trainerId": "01975f3c-0000-7000-8000-000000000000"}, 400, "trainerId"),
    ],
)
def test_what_a_session_can_t_be(office, change, status, named):
    course = make.course()
    good = {"startDate": "2027-01-15", "endDate": "2027-01-15", "startTime": "09:00", "endTime": "17:00"}
    answer = office.post(f"/courses/{course.pk}/sessions", {**good, **change})
    assert answer.status_code == status
    assert named in [answer.json()["code"], *(error["field"] for error in answer.json().get("errors", []))]
    assert course.sessions.count() == 0


def test_a_trainer_is_never_asked_to_be_in_two_places(office):
    first = make.session(trainer=make.trainer())
    body = {"days": [f"{first.starts_at:%Y-%m-%d}"], "startTime": "00:00", "endTime": "23:59"}
    answer = office.post(f"/courses/{first.course_id}/sessions", {**body, "trainerId": str(first.trainer_id)})
    assert (answer.status_code, answer.json()["code"], answer.json()["what"]) == (409, "clash", "trainer")


def test_a_cancelled_session_gives_everybody_everything_back(office):
    booking = make.confirmed_booking()
    path = f"/courses/{booking.session.course_id}/sessions/{booking.session_id}"
    assert office.delete(f"{path}?reason=Trainer+ill").status_code == 204
    deliver_due()
    assert office.get(path).json()["status"] == "cancelled"
    shown = office.get(f"/bookings/{booking.pk}").json()
    assert (shown["status"], shown["order"]["refunded"]) == ("cancelled", 120)
    assert office.delete(path).status_code == 409


def test_students_are_added_found_and_changed(office):
    added = office.post("/students", {"name": "Grace Hopper", "email": "Grace@Example.com", "notes": "Left-handed"})
    assert added.status_code == 201
    student = added.json()
    assert office.post("/students", {"name": "Grace", "email": "grace@example.com"}).json()["code"] == "person_exists"
    assert [row["id"] for row in office.get("/students?q=hopper").json()["results"]] == [student["id"]]
    changed = office.patch(f"/students/{student['id']}", {"phone": "0117 496 0000"}).json()
    assert (changed["phone"], changed["name"], changed["notes"]) == ("0117 496 0000", "Grace Hopper", "Left-handed")


def test_the_office_cancels_with_the_refund_it_decides(office):
    booking = make.confirmed_booking()
    quote = office.get(f"/bookings/{booking.pk}/cancellation").json()
    assert (quote["cancellable"], quote["percent"], quote["amount"], quote["currency"]) == (True, 100, 120, "GBP")
    too_much = office.post(f"/bookings/{booking.pk}/cancel", {"refund": 121, "reason": "Half a favour"})
    assert (too_much.status_code, too_much.json()["code"]) == (409, "refund_too_high")
    done = office.post(f"/bookings/{booking.pk}/cancel", {"refund": 50, "reason": "Half a favour"}).json()
    assert (done["status"], done["cancelReason"], done["order"]["refunded"]) == ("cancelled", "Half a favour", 50)


def test_of_what_was_free_nothing_goes_back(office):
    booking = make.confirmed_booking(session=make.session(price=0))
    answer = office.post(f"/bookings/{booking.pk}/cancel", {"refund": 5, "reason": "A favour"})
    assert (answer.status_code, answer.json()["code"]) == (409, "refund_too_high")
    booking.refresh_from_db()
    assert booking.status == "confirmed"


def test_a_type_that_the_description_does_not_name_is_refused_not_guessed_at(office):
    booking, course = make.booking(), make.course()
    for body in ({"specialRequests": 5}, {"attendees": [{"name": 1}]}):
        assert office.patch(f"/bookings/{booking.pk}", body).status_code == 400, body
    for body in ({"price": "480"}, {"active": "yes"}, {"durationMinutes": True}, {"leadTrainerId": ""}):
        assert office.patch(f"/courses/{course.pk}", body).status_code == 400, body
    assert office.patch(f"/courses/{course.pk}", {"cancellationPolicy": [None]}).status_code == 400
    assert office.patch(f"/courses/{course.pk}", {"price": 480, "active": True}).status_code == 200


def test_names_and_notes_of_a_booking(office):
    booking = make.confirmed_booking(seats=2)
    path = f"/bookings/{booking.pk}"
    body = {"attendees": [{"name": "Ada"}, {"name": "Grace", "email": "g@example.com"}], "internalNotes": "VIP"}
    shown = office.patch(path, body).json()
    assert [(row["position"], row["name"]) for row in shown["attendees"]] == [(1, "Ada"), (2, "Grace")]
    assert shown["internalNotes"] == "VIP"
    three = office.patch(path, {"attendees": [{"name": "Ada"}, {"name": "Ben"}, {"name": "Cy"}]})
    assert three.json()["code"] == "too_many_attendees"
    assert len(office.get(path).json()["attendees"]) == 2


def test_bookings_are_found_by_what_is_known_of_them(office):
    one, other = make.booking(), make.confirmed_booking()

    def found(query):
        return [row["id"] for row in office.get(f"/bookings?{query}").json()["results"]]

    assert found(f"session={one.session_id}") == [str(one.pk)]
    assert found(f"customer={other.buyer_id}") == [str(other.pk)]
    assert found(f"reference={one.reference.lower()}") == [str(one.pk)]
    assert found("status=confirmed") == [str(other.pk)]
    assert found(f"course={other.session.course_id}") == [str(other.pk)]
    assert found("") == [str(other.pk), str(one.pk)]
    assert [row["id"] for row in office.get(f"/sessions/{one.session_id}/bookings").json()["results"]] == [str(one.pk)]


def test_a_session_without_days_is_refused_by_the_names_of_what_it_needs(office):
    course = make.course()
    for path, body in ((f"/courses/{course.pk}/sessions", {}), ("/sessions", {"courseId": str(course.pk)})):
        answer = office.post(path, body)
        assert answer.status_code == 400
        fields = answer.json()["errors"]
        assert {one["field"] for one in fields} == {"startDate", "startTime", "endTime"}


def test_a_new_session_has_nobody_to_write_a_note_to(tenant, api):
    office, course = api(tenant, make.user("admin")), make.course()
    wish = {"startDate": "2031-03-04", "startTime": "09:00", "endTime": "16:00", "availableSpots": 6}
    for path, more in ((f"/courses/{course.pk}/sessions", {}), ("/sessions", {"courseId": str(course.pk)})):
        refused = office.post(path, {**wish, **more, "noteToCustomers": "Bring a hat."})
        assert refused.status_code == 400
        assert [error["field"] for error in refused.json()["errors"]] == ["noteToCustomers"]
        assert office.post(path, {**wish, **more, "noteToCustomers": ""}).status_code == 201
