import pytest

from tests import make

pytestmark = pytest.mark.django_db

SESSION = {
    "startDate": "2027-01-15",
    "endDate": "2027-01-17",
    "startTime": "09:00",
    "endTime": "17:00",
    "availableSpots": 12,
    "instructorNotes": "Bring safety equipment",
}


@pytest.mark.parametrize("on_host", [False, True])
def test_the_three_documented_calls_work_as_they_stand(tenant, api, on_host):
    office, course, customer = make.user("admin"), make.course(price=100), make.person()

    tokens = api(tenant, on_host=on_host).post("/auth/login", {"email": office.email, "password": make.PASSWORD}).json()
    assert set(tokens) == {"accessToken", "refreshToken", "expiresIn"}
    caller = api(tenant, on_host=on_host)
    caller.headers = {"authorization": f"Bearer {tokens['accessToken']}"}

    answer = caller.post(f"/courses/{course.pk}/sessions", SESSION)
    assert answer.status_code == 201, answer.content
    session = answer.json()
    assert {**session, **SESSION} == session
    assert (session["bookedSpots"], session["confirmedSpots"], session["spotsLeft"]) == (0, 0, 12)
    assert [day["date"] for day in session["days"]] == ["2027-01-15", "2027-01-16", "2027-01-17"]

    answer = caller.post(
        "/bookings",
        {
            "customerId": str(customer.pk),
            "sessionId": session["id"],
            "specialRequests": "Dietary requirements",
            "depositPercentage": 0.3,
        },
    )
    assert answer.status_code == 201, answer.content
    booking = answer.json()
    assert booking["status"] == "pending"
    assert booking["customerId"] == str(customer.pk)
    assert booking["specialRequests"] == "Dietary requirements"
    assert (booking["order"]["total"], booking["order"]["deposit"], booking["order"]["due"]) == (100, 30, 100)

    answer = caller.get(f"/courses/{course.pk}/sessions/{session['id']}")
    assert answer.status_code == 200
    assert answer.json()["bookedSpots"] == 1
    assert answer.json()["spotsLeft"] == 11


def test_visitors_do_not_see_what_is_for_the_instructor(tenant, api):
    session = make.session(instructor_notes="Bring safety equipment")
    shown = api(tenant).get(f"/courses/{session.course_id}/sessions/{session.pk}").json()
    assert shown["availableSpots"] == 10
    assert "instructorNotes" not in shown


def test_losing_the_race_for_a_seat_is_a_409_and_costs_nothing(tenant, api):
    session = make.session(capacity=1)
    make.booking(session=session)
    student, _ = make.student_user()
    answer = api(tenant, student).post("/bookings", {"sessionId": str(session.pk)})
    assert (answer.status_code, answer.json()["code"]) == (409, "session_full")
    assert session.bookings.count() == 1
    from tenant_apps.payments.models import Order, Payment

    assert (Order.objects.count(), Payment.objects.count()) == (1, 0)
