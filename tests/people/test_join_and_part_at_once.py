"""Two records are parted while somebody writes down who comes."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction

from shared_apps.core.db import connection
from shared_apps.tenants.context import tenant_context
from tenant_apps.bookings.models import Attendee, Booking
from tenant_apps.people.joining import join
from tenant_apps.people.merging import split_person
from tenant_apps.people.models import Merge
from tests import make
from tests.support.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def somebody_waits() -> bool:
    """Whether a transaction waits for a row that this one has locked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
        )
        return bool(cursor.fetchone()[0])


def test_parting_holds_no_attendee_while_it_waits_for_a_booking(tenant):
    """Whoever names attendees locks the booking first: parting that began with the attendees would be a deadlock."""
    booking = make.booking(attendees=[{"name": "Ann", "email": ""}])
    Attendee.objects.update(person=booking.buyer)
    with transaction.atomic():
        own = make.person()
        merge = join(own, booking.buyer)[1]

    def part() -> None:
        try:
            with tenant_context(tenant):
                split_person(Merge.objects.get(pk=merge.pk), by=None)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Booking.objects.select_for_update().get(pk=booking.pk)
            parting = pool.submit(part)
            wait_until(somebody_waits, "parting to wait for the booking", seconds=20)
            Attendee.objects.select_for_update(nowait=True).get()
        parting.result(20)
    assert Attendee.objects.get().person_id == Booking.objects.get().buyer_id == booking.buyer_id
