"""A query whose SQL is made once answers each time as the same query of the ORM would."""

from datetime import timedelta

import pytest
from django.test.utils import CaptureQueriesContext

from shared_apps.core.db import connection
from shared_apps.core.queries import made_once
from shared_apps.core.time import now
from shared_apps.tenants.context import tenant_context
from tenant_apps.bookings.models import Booking
from tests import make

pytestmark = pytest.mark.django_db


def of_buyer(buyer_id, since):
    return Booking.objects.filter(buyer=buyer_id, seats__gt=1, created_at__gt=since).order_by("pk").values_list("seats")


def test_it_asks_for_what_is_given_this_time_in_this_tenant(alpha, beta):
    ask, long_ago = made_once(of_buyer), now() - timedelta(days=1)
    buyers = []
    for tenant in (alpha, beta):
        with tenant_context(tenant):
            bookings = [make.booking(buyer=make.person(), seats=seats) for seats in (2, 1, 3)]
            buyers += [(tenant, booking.buyer_id) for booking in bookings]
    found = []
    for tenant, buyer in buyers:
        with tenant_context(tenant):
            assert ask(buyer, long_ago) == list(of_buyer(buyer, long_ago))
            assert ask(buyer, now() + timedelta(days=1)) == []
            found.append(ask(buyer, long_ago))
    assert found == [[(2,)], [], [(3,)]] * 2
    with tenant_context(beta):
        assert ask(buyers[0][1], long_ago) == []


def test_it_is_counted_with_all_other_queries(alpha):
    ask = made_once(of_buyer)
    with tenant_context(alpha), CaptureQueriesContext(connection) as asked:
        ask(make.person().pk, now())
    assert any("bookings_booking" in one["sql"] for one in asked.captured_queries)
