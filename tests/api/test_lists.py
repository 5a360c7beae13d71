from base64 import b64encode
from datetime import timedelta
from urllib.parse import quote, urlencode

import pytest
from django.test.utils import CaptureQueriesContext

from shared_apps.core.db import connection
from shared_apps.core.time import now
from tenant_apps.scheduling.services import cancel_session, update_session
from tests import make

pytestmark = pytest.mark.django_db


def every_page(caller, path):
    seen, pages, url = [], 0, path
    while url:
        page = caller.get(url).json()
        assert set(page) == {"results", "next", "previous"}
        seen += page["results"]
        pages += 1
        url = page["next"].split(caller.client.defaults["HTTP_HOST"], 1)[1] if page["next"] else None
    return seen, pages


@pytest.mark.parametrize("on_host", [False, True])
def test_pages_follow_one_another_whatever_is_added_meanwhile(tenant, api, on_host):
    courses = [make.course(title=f"Course {n:02}") for n in range(7)]
    caller = api(tenant, on_host=on_host)
    first = caller.get("/courses?pageSize=3").json()
    make.course(title="Course 00 and a half")
    path = first["next"].split(caller.client.defaults["HTTP_HOST"], 1)[1]
    rest, _ = every_page(caller, path)
    titles = [row["title"] for row in first["results"] + rest]
    assert titles == [course.title for course in courses]


def test_rows_that_are_equal_in_the_order_are_each_shown_once(tenant, api):
    for _ in range(7):
        make.course(title="The same")
    seen, pages = every_page(api(tenant), "/courses?pageSize=2&ordering=title")
    assert pages == 4
    assert len({row["id"] for row in seen}) == 7


def test_one_goes_back_as_one_came(tenant, api):
    for n in range(5):
        make.course(title=f"Course {n}")
    caller = api(tenant)
    host = caller.client.defaults["HTTP_HOST"]
    first = caller.get("/courses?pageSize=2").json()
    second = caller.get(first["next"].split(host, 1)[1]).json()
    assert caller.get(second["previous"].split(host, 1)[1]).json()["results"] == first["results"]


def test_nobody_asks_for_a_billion_rows(tenant, api):
    make.session()
    assert api(tenant).get("/sessions?pageSize=1000000000").status_code == 200


def test_sessions_by_course_dates_trainer_status_and_seats(tenant, api):
    trainer = make.trainer()
    near, far = make.session(in_days=10, trainer=trainer), make.session(in_days=50, capacity=1)
    make.booking(session=far)
    caller = api(tenant)

    def found(query):
        return {row["id"] for row in caller.get(f"/sessions?{query}").json()["results"]}

    near_id, far_id = str(near.pk), str(far.pk)
    assert found(f"course={near.course_id}") == {near_id}
    assert found(f"dateFrom={far.starts_at:%Y-%m-%d}") == {far_id}
    assert found(f"dateTo={near.starts_at:%Y-%m-%d}") == {near_id}
    assert found(f"trainer={trainer.pk}") == {near_id}
    assert found("status=scheduled&status=completed") == {near_id, far_id}
    assert found("status=cancelled") == set()
    assert found("dateFrom=0001-01-01&dateTo=9999-12-31") == {near_id, far_id}
    assert found("seats=1") == {near_id}


def test_courses_by_words_category_price_and_free_seats(tenant, api):
    pump = make.course(title="Heat pump installation", price=480)
    gas = make.course(title="Gas safety", price=120)
    make.session(course=gas, capacity=1)
    make.booking(session=gas.sessions.get())
    make.session(course=pump)
    caller = api(tenant)

    def found(query):
        return {row["title"] for row in caller.get(f"/courses?{query}").json()["results"]}

    assert found("q=pumps") == {pump.title}
    assert found("priceTo=200") == {gas.title}
    assert found("category=gas") == {pump.title, gas.title}
    assert found("seats=1") == {pump.title}
    assert found("q=nothing+like+it") == set()


@pytest.mark.parametrize(
    ("path", "most"),
    [("/courses", 2), ("/sessions", 3), ("/trainers", 1), ("/bookings", 6), ("/students", 1), ("/users", 1)],
)
def test_a_longer_list_asks_the_database_no_more_often(tenant, api, path, most):
    caller = api(tenant, make.user("owner"))

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert caller.get(path).status_code == 200
        return len([query for query in queries if "search_path" not in query["sql"]])

    def grow():
        for _ in range(3):
            trainer_user = make.user("trainer")
            session = make.session(trainer=make.trainer(user=trainer_user))
            make.pay(make.booking(session=session, seats=2, attendees=[{"name": "Ada"}, {"name": "Grace"}]))

    grow()
    asked()  # which provider it is, is remembered for a while
    few = asked()
    grow()
    assert asked() == few
    assert few <= most + 2  # and who is asking: their session and themselves


def test_sessions_and_bookings_are_found_by_each_day_of_a_course_under_way(tenant, api):
    office = api(tenant, make.user("admin"))
    session = make.session(in_days=1)
    starts = [now() + timedelta(days=1 + 4 * n) for n in range(2)]
    update_session(session, days=[(begins, begins + timedelta(hours=1)) for begins in starts], by=None)
    booking = make.booking(session=session)
    day, gap = (str((now() + timedelta(days=n)).date()) for n in (5, 3))
    asked = {
        f"/sessions?taughtFrom={day}&taughtTo={day}": [str(session.pk)],
        f"/sessions?taughtFrom={gap}&taughtTo={gap}": [],
        f"/bookings?dateFrom={day}": [str(booking.pk)],
    }
    for url, found in asked.items():
        assert [row["id"] for row in office.get(url).json()["results"]] == found


@pytest.mark.parametrize("position", ["abc", "99999999999999999999", "NaN", "\x00", "2026-01-01", "1e9"])
@pytest.mark.parametrize(
    ("path", "ordering"),
    [("/sessions", "bookedSpots"), ("/sessions", "startsAt"), ("/trainers", "yearsOfExperience"), ("/courses", "title"),
     ("/bookings", "createdAt"), ("/payments", "amount"), ("/students", "createdAt"), ("/users", "email")],
)  # fmt: skip
def test_a_cursor_that_somebody_made_up_is_no_error_of_ours(tenant, api, path, ordering, position):
    make.confirmed_booking()
    cursor = b64encode(urlencode({"p": position}).encode()).decode()
    answer = api(tenant, make.user("owner")).get(f"{path}?{urlencode({'ordering': ordering, 'cursor': cursor})}")
    assert answer.status_code in (200, 400), answer.content
    if answer.status_code == 400:
        assert [error["field"] for error in answer.json()["errors"]] == ["cursor"]
    if position == "abc" and ordering not in ("title", "email"):
        assert answer.status_code == 400


def test_a_status_that_moves_moves_when_it_was_changed(tenant, api):
    session = make.session()
    caller = api(tenant, make.user("owner"))
    before = caller.get(f"/sessions/{session.pk}").json()["updatedAt"]
    make.confirmed_booking(session=session)
    booked = caller.get(f"/sessions/{session.pk}").json()["updatedAt"]
    cancel_session(session, reason="Flood", by=None)
    cancelled = caller.get(f"/sessions/{session.pk}").json()["updatedAt"]
    assert before < booked < cancelled


@pytest.mark.parametrize("price", ["1_0", "\u0661\u0662", "1e3", "0.1111", "NaN", "-0", "1,5"])
def test_a_price_is_asked_for_in_digits_as_seats_are(tenant, api, price):
    admin = api(tenant, make.user("admin"))
    refused = admin.get(f"/courses?priceFrom={quote(price)}&priceTo=12.50")
    assert (refused.status_code, [error["field"] for error in refused.json()["errors"]]) == (400, ["priceFrom"])
