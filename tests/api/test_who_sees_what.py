"""One line per promise of the role table, at the API's doors."""

import pytest

from tenant_apps.bookings.details import set_details
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tenant):
    """A trainer with a session that a student booked, another of both, and one user of each role."""
    trainer_user = make.user("trainer")
    student, person = make.student_user()
    other, other_person = make.student_user()
    session = make.session(trainer=make.trainer(user=trainer_user), instructor_notes="Bring the tester")
    return {
        "owner": make.user("owner"), "admin": make.user("admin"), "sales": make.user("sales"),
        "trainer": trainer_user, "student": student, "other": other, "nobody": None,
        "session": session, "person": person, "draft": make.course(published=False),
        "booking": make.booking(session=session, buyer=person),
        "foreign": make.booking(session=make.session(), buyer=other_person),
    }  # fmt: skip


OFFICE = {"owner", "admin"}
ALL = {"owner", "admin", "sales", "trainer", "student", "other", "nobody"}


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("/courses", ALL),
        ("/trainers", ALL),
        ("/courses/{draft.pk}", OFFICE),
        ("/bookings/{booking.pk}", OFFICE | {"trainer", "student"}),
        ("/bookings/{foreign.pk}", OFFICE | {"other"}),
        ("/bookings/{booking.pk}/cancellation", OFFICE | {"student"}),
        ("/students/{person.pk}", OFFICE | {"sales", "student"}),
        ("/users/{student.pk}", OFFICE | {"student"}),
        ("/users/{student.pk}/bookings", OFFICE | {"student"}),
        ("/payments", OFFICE),
        ("/dashboard", OFFICE | {"sales", "trainer"}),
    ],
)
def test_each_role_reads_what_is_its_own(world, tenant, api, path, may):
    path = path.format(**world)
    seen = {role for role in ALL if api(tenant, world[role]).get(path).status_code == 200}
    assert seen == may
    for role in ALL - may - {"nobody"}:
        assert api(tenant, world[role]).get(path).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "may"),
    [
        ("post", "/courses", OFFICE),
        ("patch", "/courses/{session.course_id}", OFFICE),
        ("post", "/courses/{session.course_id}/sessions", OFFICE),
        ("patch", "/courses/{session.course_id}/sessions/{session.pk}", OFFICE),
        ("post", "/students", OFFICE),
        ("patch", "/students/{person.pk}", OFFICE),
        ("post", "/bookings", OFFICE | {"student", "other"}),
        ("patch", "/bookings/{booking.pk}", OFFICE | {"student"}),
        ("patch", "/users/{student.pk}", OFFICE | {"student"}),
    ],
)
def test_each_role_writes_what_is_its_own(world, tenant, api, method, path, may):
    path = path.format(**world)
    wrong = {"seats": "x", "name": "", "title": "", "availableSpots": "x", "attendees": "x", "email": "x"}
    statuses = {role: api(tenant, world[role]).call(method, path, wrong).status_code for role in ALL}
    assert {role for role, status in statuses.items() if status == 400} == may
    assert {status for role, status in statuses.items() if role not in may} <= {401, 404}


def test_a_student_s_list_holds_their_own_bookings_only(world, tenant, api):
    seen = api(tenant, world["student"]).get("/bookings").json()["results"]
    assert [row["id"] for row in seen] == [str(world["booking"].pk)]


def test_a_trainer_sees_who_booked_but_no_money_no_notes_and_no_addresses(world, tenant, api):
    path, email = f"/bookings/{world['booking'].pk}", world["booking"].buyer.email
    set_details(world["booking"], attendees=[{"name": "Ada", "email": email}], by=None)
    seen = api(tenant, world["trainer"]).get(path).json()
    assert seen["order"] is None
    assert "internalNotes" not in seen
    assert (seen["customer"]["name"], seen["attendees"][0]["name"]) == (world["booking"].buyer.name, "Ada")
    for path_of_list in (path, "/bookings"):
        assert email not in api(tenant, world["trainer"]).get(path_of_list).content.decode()
        for who in ("student", "owner"):
            assert email in api(tenant, world[who]).get(path_of_list).content.decode()
    assert api(tenant, world["student"]).get(path).json()["order"]["due"] == 120
    assert api(tenant, world["owner"]).get(path).json()["internalNotes"] == ""


def test_a_trainer_reads_the_notes_and_a_student_does_not(world, tenant, api):
    path = f"/sessions/{world['session'].pk}"
    assert api(tenant, world["trainer"]).get(path).json()["instructorNotes"] == "Bring the tester"
    assert "instructorNotes" not in api(tenant, world["student"]).get(path).json()


def test_a_student_books_for_nobody_else(world, tenant, api):
    session = make.session()
    body = {"sessionId": str(session.pk), "customerId": str(world["person"].pk)}
    assert api(tenant, world["other"]).post("/bookings", body).status_code == 400
    assert session.bookings.count() == 0
    assert api(tenant, world["student"]).post("/bookings", body).status_code == 201


def test_a_deposit_below_the_usual_one_is_not_the_student_s_to_choose(world, tenant, api):
    body = {"sessionId": str(make.session().pk), "depositPercentage": 0.01}
    answer = api(tenant, world["student"]).post("/bookings", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "deposit_too_low")


def test_fields_that_are_not_one_s_to_write_change_nothing(world, tenant, api):
    booking = world["booking"]
    student = api(tenant, world["student"])
    for greed, status in (
        ({"status": "confirmed"}, 409),
        ({"seats": 9}, 400),
        ({"internalNotes": "x"}, 400),
        ({"order": {"total": 0}}, 400),
    ):
        answer = student.patch(f"/bookings/{booking.pk}", {**greed, "specialRequests": "Halal"})
        assert answer.status_code == status, greed
        booking.refresh_from_db()
        assert (booking.status, booking.seats, booking.internal_notes) == ("pending", 1, "")
        assert booking.special_requests == ""  # all of a request is done, or nothing

    me = world["student"]
    for greed in ({"roles": ["owner"]}, {"isActive": False}, {"email": "a@b.cd"}):
        assert student.patch(f"/users/{me.pk}", {"name": "Ada", **greed}).status_code == 400
        me.refresh_from_db()
        assert (me.name == "Ada", me.roles, me.is_active) == (False, ["student"], True)


def test_whoever_has_not_proven_their_address_neither_books_nor_pays(tenant, api):
    from shared_apps.accounts.services import create_user

    user = create_user(email="ada@example.com", password=make.PASSWORD, name="Ada")
    session = make.session()
    answer = api(tenant, user).post("/bookings", {"sessionId": str(session.pk)})
    assert (answer.status_code, answer.json()["code"]) == (409, "email_not_verified")

    person = make.person(email="other@example.com")
    person.user = user
    person.save()
    booking = make.booking(session=session, buyer=person)
    answer = api(tenant, user).post("/payments/stripe/initiate", {"bookingId": str(booking.pk), "purpose": "full"})
    assert (answer.status_code, answer.json()["code"]) == (409, "email_not_verified")
    assert booking.order.payments.count() == 0


def test_the_dashboard_shows_money_to_the_office_and_a_trainer_their_own(world, tenant, api):
    make.confirmed_booking()
    office = api(tenant, world["owner"]).get("/dashboard").json()
    assert office["figures"]["weeks"][-1]["revenue"] == 120
    assert (office["pendingBookings"], office["confirmedBookings"]) == (2, 1)
    trainer = api(tenant, world["trainer"]).get("/dashboard").json()
    assert trainer["figures"] is None
    assert [row["id"] for row in trainer["nextSessions"]] == [str(world["session"].pk)]
    assert (trainer["pendingBookings"], trainer["confirmedBookings"], trainer["courses"]) == (1, 0, 1)


def test_who_sees_no_bookings_is_not_told_that_there_are_none(world, tenant, api):
    make.confirmed_booking()
    sales = api(tenant, world["sales"]).get("/dashboard").json()
    assert (sales["pendingBookings"], sales["confirmedBookings"]) == (None, None)
