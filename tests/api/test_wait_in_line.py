"""Waiting lists by API: who joins, in which order they are shown, and what becomes of an offer."""

import pytest

from shared_apps.core.time import now
from shared_apps.tenants.context import tenant_context
from tenant_apps.bookings.models import Booking, WaitingListEntry
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.bookings.waiting_list import join_waiting_list
from tenant_apps.scheduling.models import Offer
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(tenant):
    """A session of two seats, and the booking that has them."""
    return make.confirmed_booking(session=make.session(capacity=2), seats=2)


@pytest.fixture
def student(tenant):
    return make.student_user()


def of(session):
    return f"/sessions/{session.pk}/waiting-list"


def test_a_student_waits_takes_the_offer_and_holds_the_seats(tenant, api, student, full):
    account, person = student
    mine = api(tenant, account)
    made = mine.post(of(full.session), {"seats": 2}, key="a")
    assert made.status_code == 201
    assert made.json() == {
        "id": made.json()["id"], "sessionId": str(full.session_id), "customerId": str(person.pk), "name": person.name,
        "position": 1, "seats": 2, "status": "waiting", "offerExpiresAt": None, "createdAt": made.json()["createdAt"],
    }  # fmt: skip
    assert mine.post(of(full.session), {"seats": 2}, key="a").json() == made.json()
    one = f"/waiting-list/{made.json()['id']}"
    early = mine.post(f"{one}/accept")
    assert (early.status_code, early.json()["code"], early.json()["from"]) == (409, "illegal_move", "waiting")
    with tenant_context(tenant):
        cancel_booking(full, by=None)
    offered = mine.get(one).json()
    assert offered["status"] == "offered"
    assert offered["offerExpiresAt"] > now().isoformat()
    booking = mine.post(f"{one}/accept")
    assert (booking.status_code, booking.json()["status"], booking.json()["seats"]) == (201, "pending", 2)
    assert mine.get(one).json()["position"] is None
    assert mine.post(f"{one}/accept").json()["code"] == "illegal_move"


def test_what_speaks_against_joining_is_named(tenant, api, student, full):
    account, _person = student
    mine = api(tenant, account)
    open_session = make.session()
    assert mine.post(of(open_session), {}).json()["code"] == "not_full"
    assert mine.post(of(full.session), {}).status_code == 201
    assert mine.post(of(full.session), {}).json()["code"] == "already_waiting"
    office = api(tenant, make.user("owner"))
    assert office.post(of(full.session), {"customerId": str(full.buyer_id)}).json()["code"] == "already_booked"
    assert office.post(of(full.session), {}).status_code == 400
    assert mine.post(of(full.session), {"name": "Ada", "email": "ada@example.com"}).status_code == 400
    assert mine.post(of(full.session), {"seats": 0}).status_code == 400
    assert mine.post(of(full.session), {"place": 1}).status_code == 400
    assert api(tenant).post(of(full.session), {}).status_code == 401


def test_the_office_puts_somebody_in_line_and_sees_all_a_student_only_themselves(tenant, api, student, full):
    account, person = student
    office, mine = api(tenant, make.user("owner")), api(tenant, account)
    office.post(of(full.session), {"name": "Ada Byron", "email": "ada@example.com", "seats": 2})
    office.post(of(full.session), {"customerId": str(person.pk)})
    rows = office.get(of(full.session)).json()["results"]
    assert [(row["name"], row["position"], row["seats"]) for row in rows] == [
        ("Ada Byron", 1, 2), (person.name, 2, 1)
    ]  # fmt: skip
    assert [row["position"] for row in mine.get(of(full.session)).json()["results"]] == [2]
    assert mine.get(f"/waiting-list/{rows[0]['id']}").status_code == 404
    assert mine.delete(f"/waiting-list/{rows[0]['id']}").status_code == 404


def test_who_leaves_gives_their_offer_to_the_next(tenant, api, student, full):
    account, person = student
    entry = join_waiting_list(session=full.session, person=person, seats=2, by=None)
    second = join_waiting_list(session=full.session, person=make.person(), seats=2, by=None)
    cancel_booking(full, by=None)
    mine = api(tenant, account)
    assert mine.delete(f"/waiting-list/{entry.pk}").status_code == 204
    assert mine.get(f"/waiting-list/{entry.pk}").json()["status"] == "left"
    again = mine.delete(f"/waiting-list/{entry.pk}")
    assert (again.status_code, again.json()["code"]) == (409, "illegal_move")
    assert Offer.objects.get(status="offered").entry_id == second.pk
    assert not Booking.objects.filter(status="pending").exists()


def test_pages_follow_the_line_also_where_the_office_put_it_in_another_order(tenant, api, full):
    from tenant_apps.bookings.waiting_by_hand import move_in_line

    entries = [join_waiting_list(session=full.session, person=make.person(), by=None) for _ in range(5)]
    owner = make.user("owner")
    move_in_line(entries[4], to=1, reason="Promised", by=owner)
    office, seen, url = api(tenant, owner), [], f"{of(full.session)}?pageSize=2"
    while url:
        answer = office.get(url).json()
        seen += [row["position"] for row in answer["results"]]
        url = answer["next"] and "/sessions/" + answer["next"].partition("/sessions/")[2]
    assert seen == [1, 2, 3, 4, 5]
    assert WaitingListEntry.objects.count() == 5
