"""Clients that were written for the documents' names work beside those that use ours."""

import pytest

from shared_apps.core.ids import uuid7
from shared_apps.events.bus import deliver_due
from tenant_apps.catalogue.models import Audience, Category
from tenant_apps.people.models import Person
from tenant_apps.scheduling.models import Place, Room, Vehicle
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(tenant, api):
    return api(tenant, make.user("owner"))


@pytest.fixture
def lists():
    make.course()
    Category.objects.get_or_create(slug="heat-pumps", defaults={"name": "Heat pumps"})
    Audience.objects.get_or_create(slug="kids", defaults={"name": "Kids"})


def errors(answer):
    return {error["field"]: error["message"] for error in answer.json().get("errors", [])}


def test_a_course_by_the_documents_names(office, lists):
    body = {
        "title": "Robots", "category": "heat pumps", "audience": "kids", "description": "Build one.\n\nTake it home.",
        "duration_weeks": 2, "price": 90, "syllabus": ["Wheels", "Eyes", "Brains"], "isActive": True,
    }  # fmt: skip
    answer = office.post("/courses", body)
    assert answer.status_code == 201, answer.content
    course = answer.json()
    assert (course["category"]["slug"], course["audience"]["slug"]) == ("heat-pumps", "kids")
    assert (course["durationMinutes"], course["durationWeeks"], course["summary"]) == (3600, 2, "Build one.")
    assert [(one["title"], one["weight"]) for one in course["syllabus"]] == [
        ("Wheels", 34),
        ("Eyes", 33),
        ("Brains", 33),
    ]
    assert course["image"].endswith("/courses/robots/art.svg")
    wrong = office.post("/courses", {**body, "category": "cookery"})
    assert (wrong.status_code, list(errors(wrong))) == (400, ["category"])
    two = office.patch(f"/courses/{course['id']}", {"durationMinutes": 60, "durationWeeks": 3})
    assert (two.status_code, list(errors(two))) == (400, ["durationWeeks"])


@pytest.mark.parametrize("path", ["/courses/{}", "/sessions/{}", "/trainers/{}", "/users/{}", "/students/{}"])
def test_put_changes_what_is_sent_and_leaves_the_rest(office, path):
    session, trainer, (user, person) = make.session(), make.trainer(name="Mo Farah"), make.student_user()
    rows = {"/courses/{}": session.course, "/sessions/{}": session, "/trainers/{}": trainer, "/users/{}": user}
    field = {"/courses/{}": "title", "/sessions/{}": "onlineUrl"}.get(path, "name")
    value = {"onlineUrl": "https://meet.example.com/x"}.get(field, "Another Name")
    where = path.format(rows.get(path, person).pk)
    before = office.get(where).json()
    after = office.call("put", where, {field: value}).json()
    assert after[field] == value
    moved = {field, "updatedAt", "createdBy", "updatedBy", "delivery", "slug"}  # a course of `make` has no history
    assert {name: after[name] for name in before if name not in moved} == {
        name: before[name] for name in before if name not in moved
    }


def test_a_session_by_the_documents_names(office):
    place, course = Place.objects.create(name="Main hall"), make.course()
    body = {
        "courseId": str(course.pk), "date": "2027-01-15", "startTime": "09:00", "endTime": "17:00", "capacity": 9,
        "location": "main hall", "notes": "Bring gloves", "isActive": False,
    }  # fmt: skip
    answer = office.post("/sessions", body)
    assert answer.status_code == 201, answer.content
    session = answer.json()
    assert (session["availableSpots"], session["startDate"], session["instructorNotes"]) == (
        9,
        "2027-01-15",
        "Bring gloves",
    )
    assert (session["seatsBooked"], session["seatsLeft"], session["isCompleted"]) == (0, 9, False)
    assert (session["place"]["id"], session["location"], session["takesBookings"]) == (
        str(place.pk),
        "Main hall",
        False,
    )
    wrong = office.post("/sessions", {**body, "location": "Nowhere", "seatsBooked": 3})
    assert errors(wrong).keys() == {"location", "seatsBooked"}
    assert office.delete(f"/sessions/{session['id']}").status_code == 204
    assert office.get(f"/sessions/{session['id']}").json()["status"] == "cancelled"


def test_what_is_for_the_instructor_is_hidden_under_its_other_name_too(tenant, api):
    session = make.session(instructor_notes="Bring gloves")
    shown = api(tenant).get(f"/sessions/{session.pk}").json()
    assert "instructorNotes" not in shown
    assert "notes" not in shown


def test_a_booking_by_the_documents_names(tenant, api, office):
    user, _ = make.student_user()
    body = {"userId": str(user.pk), "sessionId": str(make.session(price=200).pk), "specialRequirements": "Vegan"}
    booking = office.post("/bookings", body).json()
    assert (booking["specialRequests"], booking["userId"]) == ("Vegan", str(user.pk))
    assert (booking["totalAmount"], booking["paymentStatus"]) == (200, "open")
    assert [row["id"] for row in office.get("/bookings?status=PENDING").json()["results"]] == [booking["id"]]
    priced = office.post("/bookings", {**body, "totalAmount": 1})
    assert (priced.status_code, list(errors(priced))) == (400, ["totalAmount"])
    path = f"/bookings/{booking['id']}"
    for status in ("CONFIRMED", "completed", "expired"):
        answer = office.patch(path, {"status": status})
        assert (answer.status_code, answer.json()["code"], answer.json()["from"]) == (409, "illegal_move", "pending")
    assert office.patch(path, {"status": "PENDING"}).status_code == 200
    done = office.patch(path, {"status": "CANCELLED", "cancellationReason": "Ill"}).json()
    assert (done["status"], done["cancellationReason"]) == ("cancelled", "Ill")


def test_a_booking_that_ran_out_owes_nothing(office):
    booking = make.booking(session=make.session(price=200))
    assert office.get(f"/bookings/{booking.pk}").json()["order"]["due"] == 200
    make.run_out(booking)
    order = office.get(f"/bookings/{booking.pk}").json()["order"]
    assert (order["total"], order["due"]) == (200, 0)


def test_put_cancels_too(office):
    booking = make.booking()
    done = office.call("put", f"/bookings/{booking.pk}/cancel", {"reason": "Ill"}).json()
    assert done["status"] == "cancelled"


def test_the_office_gives_a_reason_a_buyer_need_not(tenant, api, office):
    user, person = make.student_user()
    booking = make.booking(buyer=person)
    for answer in (
        office.post(f"/bookings/{booking.pk}/cancel"),
        office.patch(f"/bookings/{booking.pk}", {"status": "cancelled"}),
        office.delete(f"/sessions/{booking.session_id}"),
    ):
        assert (answer.status_code, list(errors(answer))) == (400, ["reason"])
    assert api(tenant, user).post(f"/bookings/{booking.pk}/cancel").json()["status"] == "cancelled"


def test_one_seat_for_somebody_is_theirs(office):
    person = make.person(name="Grace Hopper", phone="0117 496 0000")
    body = {"customerId": str(person.pk), "sessionId": str(make.session().pk)}
    booking = office.post("/bookings", body).json()
    assert [row["name"] for row in booking["attendees"]] == ["Grace Hopper"]
    assert booking["contactPhone"] == "0117 496 0000"
    other = {**body, "sessionId": str(make.session().pk)}
    assert office.post("/bookings", {**other, "seats": 2}).json()["attendees"] == []


def test_an_amount_that_is_not_what_is_due_is_refused(office):
    booking = make.booking(session=make.session(price=370))
    body = {"bookingId": str(booking.pk)}
    for provider in ("stripe", "cash"):
        answer = office.post(f"/payments/{provider}/initiate", {**body, "amount": 1})
        assert (answer.status_code, answer.json()["code"]) == (409, "wrong_amount")
    paid = office.post("/payments/cash/initiate", {**body, "amount": 370, "paymentMethod": "cash"})
    assert (paid.status_code, paid.json()["status"]) == (201, "completed")
    deliver_due()
    booking.refresh_from_db()
    assert booking.status == "confirmed"


@pytest.mark.parametrize("provider", ["cash", "bank_transfer"])
def test_what_the_office_wrote_down_with_a_payment_is_shown(office, provider):
    booking = make.booking(session=make.session(price=370))
    body = {"bookingId": str(booking.pk), "reference": "till 4"}
    made = office.post(f"/payments/{provider}/initiate", body).json()
    [listed] = office.get("/payments").json()["results"]
    asked = office.get(f"/payments/status?ref={made['id']}").json()
    for payment in (made, listed, asked):
        assert (payment["reference"], payment["metadata"]["reference"]) == ("till 4", "till 4")


def test_payments_of_which_all_went_back_are_found_by_that_word(office):
    kept, partly, back = (
        make.confirmed_booking(session=make.session(price=200)).order.payments.get() for _ in range(3)
    )
    for payment, amounts in ((partly, [50]), (back, [150, 50])):
        for amount in amounts:
            sent = {"amount": amount, "reason": "The heating failed"}
            assert office.post(f"/payments/{payment.pk}/refunds", sent, key=make.key()).status_code == 201

    def found(query):
        return {row["id"]: row["refunded"] for row in office.get(f"/payments?{query}").json()["results"]}

    assert found("status=REFUNDED") == {str(back.pk): 200}
    assert found("status=PAID") == {str(kept.pk): 0, str(partly.pk): 50, str(back.pk): 200}
    assert found("status=pending&status=refunded") == {str(back.pk): 200}


def test_only_the_office_writes_down_cash(tenant, api):
    user, person = make.student_user()
    booking = make.booking(buyer=person)
    answer = api(tenant, user).post("/payments/cash/initiate", {"bookingId": str(booking.pk)})
    assert (answer.status_code, answer.json()["code"]) == (409, "payment_provider_not_connected")


def test_trainers_are_added_changed_and_taken_off_the_site(tenant, api, office):
    made = office.post("/trainers", {"name": "Maya Lindqvist", "email": "maya@example.com", "yearsOfExperience": 9})
    assert made.status_code == 201, made.content
    trainer = made.json()
    assert (trainer["slug"], trainer["rating"], trainer["totalCoursesTaught"]) == ("maya-lindqvist", None, 0)
    path = f"/trainers/{trainer['id']}"
    assert office.call("put", path, {"headline": "Heat pumps"}).json()["email"] == "maya@example.com"
    assert api(tenant).get(path).json().keys() & {"email", "userId"} == set()
    assert api(tenant, make.user("student")).patch(path, {"headline": "x"}).status_code == 404
    assert office.delete(path).status_code == 204
    assert api(tenant).get(path).status_code == 404


def test_deleting_deactivates(tenant, api, office):
    booking, (user, _) = make.booking(), make.student_user()
    course = booking.session.course
    assert office.delete(f"/courses/{course.pk}").status_code == 204
    assert api(tenant).get(f"/courses/{course.pk}").status_code == 404
    assert office.get(f"/courses/{course.pk}").json()["isActive"] is False
    assert office.delete(f"/users/{user.pk}").status_code == 204
    assert api(tenant).post("/auth/login", {"email": user.email, "password": make.PASSWORD}).status_code == 401
    assert api(tenant, make.user("student")).delete(f"/users/{user.pk}").status_code == 404


def test_ids_that_a_session_takes_are_listed(tenant, api, office):
    place = Place.objects.create(name="Main hall")
    Room.objects.create(place=place, name="Blue")
    Vehicle.objects.create(name="Van", registration="AB12 CDE")
    assert office.get("/places").json()["results"][0]["rooms"][0]["name"] == "Blue"
    assert office.get("/rooms").json()["results"][0]["placeId"] == str(place.pk)
    assert office.get("/vehicles").json()["results"][0]["registration"] == "AB12 CDE"
    assert api(tenant).get("/places").status_code == 401


@pytest.mark.parametrize("phone", ["call me", "12", "0117 496 0000\nBcc: x", "+44 (0)117 496-0000 0000 0000 0000"])
def test_a_phone_number_can_be_called(tenant, api, office, phone):
    assert list(errors(office.post("/students", {"name": "Ada Lovelace", "phone": phone}))) == ["phone"]
    form = {"name": "Ada Lovelace", "email": "ada@example.com", "password": "engine-no-1"}
    assert api(tenant).post("/auth/register", {**form, "phone": phone}).status_code == 400


def test_the_phone_number_given_when_registering_is_kept(tenant, api):
    from allauth.account.models import EmailAddress

    from shared_apps.accounts.services import prove_email

    form = {"name": "Ada Lovelace", "email": "ada@example.com", "password": "engine-no-1", "phone": "+44 117 496 0000"}
    assert api(tenant).post("/auth/register", form).status_code == 202
    assert prove_email(EmailAddress.objects.get(email="ada@example.com"))
    assert Person.objects.get(email="ada@example.com").phone == "+44 117 496 0000"


def test_part_of_a_payment_goes_back_without_cancelling(tenant, api, office):
    booking = make.booking(session=make.session(price=200))
    body = {"bookingId": str(booking.pk), "amount": 200}
    payment = office.post("/payments/cash/initiate", body).json()
    assert (payment["paymentMethod"], payment["paidAt"]) == ("cash", payment["completedAt"])
    path = f"/payments/{payment['id']}/refunds"
    assert list(errors(office.post(path, {"amount": 50}, key="none"))) == ["reason"]
    assert list(errors(office.post(path, {"amount": 0, "reason": "x"}, key="none"))) == ["amount"]
    assert list(errors(office.post(path, {"amount": 50, "reason": "x"}))) == ["Idempotency-Key"]  # it could pay twice
    assert list(errors(office.post(path, {"amount": 50, "reason": "x"}, key="\xa0"))) == ["Idempotency-Key"]
    made = office.post(path, {"amount": 50, "reason": "The heating failed"}, key="one")
    again = office.post(path, {"amount": 50, "reason": "The heating failed"}, key="one")
    assert (made.status_code, made.json()["amount"], again.json()["id"]) == (201, 50, made.json()["id"])
    assert [row["id"] for row in office.get(path).json()["results"]] == [made.json()["id"]]
    order = office.get(f"/bookings/{booking.pk}").json()["order"]
    assert (order["refunded"], order["due"]) == (50, 0)
    assert office.post(path, {"amount": 151, "reason": "More"}, key="two").json()["code"] == "refund_too_high"
    assert api(tenant, make.user("student")).get(path).status_code == 404


def test_courses_are_searched_as_on_the_site(tenant, api):
    trainer = make.trainer(name="Maya Lindqvist")
    title = make.course(title="Heat pump installation")
    text = make.course(title="Boilers", description="Not a heat pump.")
    taught = make.course(title="Wiring", lead_trainer=trainer)

    def found(words):
        return [row["id"] for row in api(tenant).get(f"/courses?q={words}").json()["results"]]

    assert found("heat+pump") == [str(title.pk), str(text.pk)]
    assert found("instalation") == [str(title.pk)]
    assert found("lindqvist") == [str(taught.pk)]
    page = api(tenant).get("/courses?q=heat+pump&pageSize=1").json()
    host = api(tenant).client.defaults["HTTP_HOST"]
    assert [row["id"] for row in api(tenant).get(page["next"].split(host, 1)[1]).json()["results"]] == [str(text.pk)]


def test_who_somebody_s_account_is_and_whether_there_is_one_is_not_told(tenant, api):
    student, other = make.student_user()[0], make.student_user()[0]
    answers = [
        api(tenant, student).post("/bookings", {"sessionId": str(make.session().pk), "userId": said})
        for said in (str(other.pk), str(uuid7()))
    ]
    assert [answer.status_code for answer in answers] == [400, 400]
    known, unknown = (answer.json()["errors"] for answer in answers)
    assert known == unknown
    assert str(Person.objects.get(user=other).pk) not in str(known)


def test_filters_of_a_list_that_does_not_exist_are_refused(tenant, api, office):
    for path, name in (("/courses?category=cookery", "category"), ("/payments?provider=shells", "provider")):
        answer = office.get(path)
        assert (answer.status_code, list(errors(answer))) == (400, [name])


def test_staff_see_who_made_a_course_and_a_date_and_who_changed_them_last(tenant, api):
    made, changed = (
        api(tenant, make.user("owner", name="Olga Owner")),
        api(tenant, make.user("admin", name="Adam Admin")),
    )
    make.course()
    course = made.post("/courses", {"title": "Knots", "category": "gas", "audience": "adults", "published": True})
    where = f"/courses/{course.json()['id']}"
    assert (course.json()["createdBy"], course.json()["updatedBy"]) == ("Olga Owner", "Olga Owner")
    after = changed.patch(where, {"summary": "Ten of them."}).json()
    assert (after["createdBy"], after["updatedBy"]) == ("Olga Owner", "Adam Admin")
    session = changed.post(f"{where}/sessions", {"startDate": "2027-05-03", "startTime": "09:00", "endTime": "12:00"})
    assert session.json()["createdBy"] == "Adam Admin"
    for path in (where, f"/sessions/{session.json()['id']}"):
        seen = api(tenant).get(path).json()
        assert (seen["createdBy"], seen["updatedBy"]) == (None, None)
