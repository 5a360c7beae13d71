"""What one program may take and send: seats that nobody pays for, and emails to people who asked for none."""

from functools import partial

import pytest
from django.db.models import Sum

from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.services import cancel_booking
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


@pytest.fixture
def student(api, alpha):
    """`student()`: a new account's calls, which come `at` an address."""

    def calls(*, at="127.0.0.1"):
        one = api(alpha, make.student_user()[0])
        one.client.defaults["REMOTE_ADDR"] = at
        return one

    return calls


def book(student, session, seats, **more):
    return student.post("/bookings", {"sessionId": str(session.pk), "seats": seats, **more}, key=make.key())


def cancel(student, booked):
    assert student.post(f"/bookings/{booked.json()['id']}/cancel", {}, key=make.key()).status_code == 200


def test_several_accounts_of_one_network_do_not_keep_a_session_from_all_others(student):
    session = make.session(capacity=20)
    for _ in range(2):
        mine = student()
        booked = book(mine, session, 10)
        assert booked.status_code == 201
        cancel(mine, booked)
    refused = book(student(), session, 10)
    assert refused.status_code == 429
    assert 60 <= int(refused["Retry-After"]) <= 3 * 3600
    assert book(student(at="203.0.113.9"), session, 10).status_code == 201


def test_holding_and_cancelling_few_seats_without_end_is_refused(student):
    session, answers = make.session(capacity=20), []
    mine = student()
    for n in range(8):
        mine.client.defaults["REMOTE_ADDR"] = f"203.0.113.{n}"  # wherever they are
        answers.append(book(mine, session, 3))
        if answers[-1].status_code == 201:
            cancel(mine, answers[-1])
    assert [answer.status_code for answer in answers] == [201] * 7 + [429]


def test_seats_that_were_paid_for_do_not_count(student):
    session = make.session(capacity=60)
    for _ in range(3):
        booked = book(student(), session, 10)
        make.pay(Booking.objects.get(pk=booked.json()["id"]))
    assert book(student(), session, 10).status_code == 201


def test_an_account_that_books_and_cancels_does_not_write_to_everybody(student):
    told, mine = [], student()
    for n in range(5):
        session = make.session(price=0, capacity=60)
        mine.client.defaults["REMOTE_ADDR"] = f"203.0.113.{n}"  # wherever they are
        names = [{"name": "Vic Tim", "email": f"v{n}-{k}@example.com"} for k in range(10)]
        told.append(book(mine, session, 10, attendees=names))
        if told[-1].status_code == 201:
            cancel(mine, told[-1])
    assert [answer.status_code for answer in told] == [201] * 4 + [429]


def test_nor_do_several_accounts_of_one_network(student):
    told = []
    for n in range(5):
        names = [{"name": "Vic Tim", "email": f"v{n}-{k}@example.com"} for k in range(10)]
        told.append(book(student(), make.session(price=0, capacity=60), 10, attendees=names))
    assert [answer.status_code for answer in told] == [201] * 4 + [429]


def test_neither_by_other_names_on_the_same_booking_nor_from_another_network(student):
    mine = student()
    path = f"/bookings/{book(mine, make.session(price=0), 1).json()['id']}"
    for n in range(41):
        mine.client.defaults["REMOTE_ADDR"] = f"203.0.113.{n}"
        answer = mine.patch(path, {"attendees": [{"name": "Vic Tim", "email": f"v{n}@example.com"}]})
        assert answer.status_code == (200 if n < 40 else 429)
    assert mine.patch(path, {"attendees": [{"name": "Vic Tim", "email": "v39@example.com"}]}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_seats_that_come_back_to_a_full_session_are_no_way_round_the_limit(student, all_at_once):
    for _ in range(3):
        session = make.session(price=0, capacity=16)
        full = [make.booking(session=session, seats=4, by_office=True) for _ in range(4)]
        asks = [partial(book, student(), session, 4) for _ in range(6)]
        leave = [partial(cancel_booking, booking, by=None, by_office=True) for booking in full]
        all_at_once([*leave, *asks])
        taken = Booking.objects.live().filter(session=session).aggregate(seats=Sum("seats"))["seats"] or 0
        assert taken <= 4
