"""Another date, other seats and other people for a booking, by API."""

from datetime import timedelta

import pytest
import time_machine

from tenant_apps.terms.models import BookingTerms
from tests import make

pytestmark = pytest.mark.django_db


def paid(**fields):
    user, person = make.student_user()
    return user, make.confirmed_booking(buyer=person, **fields)


def test_the_money_is_shown_first_and_then_the_booking_moves(tenant, api):
    user, booking = paid()
    to = make.session(price=90)
    caller, url = api(tenant, user), f"/bookings/{booking.pk}/transfer"

    quote = caller.get(f"{url}?sessionId={to.pk}").json()
    assert quote == {
        "id": str(booking.pk), "sessionId": str(to.pk), "seats": 1, "refusal": None, "difference": -30.0,
        "refund": 30.0, "toPay": 0.0, "fee": 0.0, "due": 0.0, "currency": "GBP",
    }  # fmt: skip
    answer = caller.post(url, {"sessionId": str(to.pk)}, key="t-1")
    assert answer.status_code == 200
    moved = answer.json()
    assert (moved["id"], moved["sessionId"], moved["status"]) == (str(booking.pk), str(to.pk), "confirmed")
    assert (moved["order"]["total"], moved["order"]["refunded"]) == (90, 30)
    assert caller.post(url, {"sessionId": str(to.pk)}, key="t-1").json() == moved


def test_a_dearer_date_says_what_is_to_be_paid(tenant, api):
    user, booking = paid()
    to = make.session(price=150)
    caller, url = api(tenant, user), f"/bookings/{booking.pk}/transfer"
    assert caller.get(f"{url}?sessionId={to.pk}").json()["toPay"] == 30
    assert caller.post(url, {"sessionId": str(to.pk)}).json()["order"]["due"] == 30


def test_what_speaks_against_it_is_said_by_its_code(tenant, api):
    user, booking = paid()
    full = make.session(capacity=1)
    make.booking(session=full)
    caller, url = api(tenant, user), f"/bookings/{booking.pk}/transfer"
    assert caller.get(f"{url}?sessionId={full.pk}").json()["refusal"] == "session_full"
    assert code(caller.post(url, {"sessionId": str(full.pk)})) == (409, "session_full")
    assert code(caller.post(url, {"sessionId": str(booking.session_id)})) == (409, "same_session")
    late = make.confirmed_booking(buyer=booking.buyer, session=make.session(in_days=5))
    to = {"sessionId": str(make.session().pk)}
    assert code(caller.post(f"/bookings/{late.pk}/transfer", to)) == (409, "transfer_too_late")
    assert api(tenant, make.user("admin")).post(f"/bookings/{late.pk}/transfer", to).status_code == 200
    assert caller.get(url).status_code == 400


def code(answer):
    return answer.status_code, answer.json()["code"]


def test_nobody_moves_what_is_not_theirs(tenant, api):
    _user, booking = paid()
    teacher = make.user("trainer")
    booking.session.trainer = make.trainer(user=teacher)
    booking.session.save()
    to = {"sessionId": str(make.session().pk)}
    for other in (make.student_user()[0], teacher):
        assert api(tenant, other).post(f"/bookings/{booking.pk}/transfer", to).status_code == 404
    hidden = make.session(visibility="private")
    assert api(tenant, _user).post(f"/bookings/{booking.pk}/transfer", {"sessionId": str(hidden.pk)}).status_code == 400


def test_seats_are_added_and_given_up(tenant, api):
    user, booking = paid(seats=2, attendees=[{"name": "Ada"}, {"name": "Grace"}])
    caller, url = api(tenant, user), f"/bookings/{booking.pk}/seats"
    assert caller.get(f"{url}?seats=3").json()["toPay"] == 120
    assert caller.post(url, {"seats": 3}).json()["seats"] == 3
    assert code(caller.post(url, {"seats": 1})) == (409, "too_many_attendees")
    ada = booking.attendees.first()
    fewer = caller.post(url, {"seats": 1, "leaving": [str(ada.pk)]}).json()
    assert ([row["name"] for row in fewer["attendees"]], fewer["order"]["total"]) == (["Grace"], 120)


def test_an_attendee_is_swapped_until_the_terms_say(tenant, api):
    user, booking = paid(seats=2, attendees=[{"name": "Ada", "email": "ada@example.com"}, {"name": "Grace"}])
    BookingTerms.objects.load()
    BookingTerms.objects.update(names_until_hours=48)
    ada = booking.attendees.first()
    url = f"/bookings/{booking.pk}/attendees/{ada.pk}"
    answer = api(tenant, user).patch(url, {"name": "Joan", "email": "joan@example.com"})
    rows = [(row["id"], row["name"], row["email"]) for row in answer.json()["attendees"]]
    assert rows[0] == (str(ada.pk), "Joan", "joan@example.com")
    assert rows[1][1:] == ("Grace", "")
    with time_machine.travel(booking.session.starts_at - timedelta(hours=40)):
        assert code(api(tenant, user).patch(url, {"name": "Kay"})) == (409, "too_late_for_names")
        assert api(tenant, make.user("admin")).patch(url, {"name": "Kay"}).status_code == 200
    assert api(tenant, make.student_user()[0]).patch(url, {"name": "Mallory"}).status_code == 404
