"""Somebody who holds a session's seats again and again, and never pays."""

from functools import partial

import pytest

from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.services import cancel_booking
from tests import make
from tests.bookings.conftest import Visitor


def strangers(tenant, client_of):
    """Each in a new browser and under a new address, from the same network."""
    while True:
        yield Visitor(client_of(tenant))


def hold(visitor, session, n):
    return visitor.book(session, email=f"made-up-{n}@example.com", seats="10")


def test_who_lets_all_seats_run_out_again_and_again_has_to_wait(tenant, client_of):
    session, other = make.session(capacity=20), make.session(capacity=20)
    visitors = strangers(tenant, client_of)
    for n in (1, 2):
        assert hold(next(visitors), session, n).status_code == 302
        make.run_out(Booking.objects.get(buyer__email=f"made-up-{n}@example.com"))

    refused = hold(next(visitors), session, 3)
    assert refused.status_code == 429
    assert 60 <= int(refused["Retry-After"]) <= 3 * 3600
    said = refused.content.decode()
    assert "Try again in 3 hours" in said
    assert "made-up-3@example.com" in said  # what was typed is still there
    session.refresh_from_db()
    assert session.seats_taken == 0
    assert hold(next(visitors), other, 4).status_code == 302


def test_seats_that_are_paid_for_do_not_count(tenant, client_of):
    session = make.session(capacity=40)
    visitors = strangers(tenant, client_of)
    for n in (1, 2, 3):
        assert hold(next(visitors), session, n).status_code == 302
        make.pay(Booking.objects.get(buyer__email=f"made-up-{n}@example.com"))
    assert hold(next(visitors), session, 4).status_code == 302


def test_cancelling_before_the_time_is_up_does_not_help(tenant, client_of):
    session = make.session(capacity=20)
    visitors = strangers(tenant, client_of)
    for n in (1, 2):
        assert hold(next(visitors), session, n).status_code == 302
        cancel_booking(Booking.objects.get(buyer__email=f"made-up-{n}@example.com"), by=None)
    assert hold(next(visitors), session, 3).status_code == 429


def test_seats_count_that_were_added_to_a_hold_and_let_go_again(tenant, client_of):
    session = make.session(capacity=20)
    visitors = strangers(tenant, client_of)
    for n in (1, 2):
        visitor = next(visitors)
        form = visitor.form(session, email=f"made-up-{n}@example.com")
        for seats in ("1", "10", "2", "10", "1"):  # to and fro is nobody's harm
            assert visitor.send(session, {**form, "seats": seats}).status_code == 302
        cancel_booking(Booking.objects.get(buyer__email=f"made-up-{n}@example.com"), by=None)
    assert hold(next(visitors), session, 3).status_code == 429


def test_who_would_have_too_many_by_adding_to_a_hold_has_to_wait(tenant, client_of):
    session = make.session(capacity=40)
    visitors = strangers(tenant, client_of)
    last = next(visitors)
    form = last.form(session, email="last@example.com")
    assert last.send(session, form).status_code == 302
    for n in (1, 2, 3, 4):
        assert hold(next(visitors), session, n).status_code == 302
        cancel_booking(Booking.objects.get(buyer__email=f"made-up-{n}@example.com"), by=None)
    assert last.send(session, {**form, "seats": "10"}).status_code == 429
    assert last.send(session, {**form, "name": "Ada King"}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_who_asks_for_free_seats_in_many_windows_at_once_gets_no_more_than_one_after_another(
    tenant, client_of, all_at_once
):
    session = make.session(price=0, capacity=16)
    visitors = [Visitor(client_of(tenant)) for _ in range(6)]
    forms = [visitor.form(session, email=f"made-up-{n}@example.com", seats="3") for n, visitor in enumerate(visitors)]
    sends = [partial(visitor.send, session, form) for visitor, form in zip(visitors, forms, strict=True)]
    assert {answer.status_code for answer in all_at_once(sends)} <= {302, 429}
    session.refresh_from_db()
    assert session.seats_taken <= 4

    if not session.seats_taken:  # each saw another: none of them is counted any more
        assert visitors[0].send(session, forms[0]).status_code == 302
    others = Visitor(client_of(tenant))
    assert others.book(session, email="more@example.com", seats="1").status_code == 302
    assert others.book(session, seats="2").status_code == 429
    session.refresh_from_db()
    assert session.seats_taken == 4
