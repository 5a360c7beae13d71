"""An operator checks the ledger after a former release wrote beside this one."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from shared_apps.tenants.context import tenant_context
from tenant_apps.ledger.models import Entry
from tests import make

pytestmark = pytest.mark.django_db


def check_books() -> str:
    said = StringIO()
    call_command("check_books", stdout=said)
    return said.getvalue()


def test_what_another_release_wrote_is_written_into_the_ledger(tenant):
    order = make.confirmed_booking().order
    untouched = make.booking().order
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_entry DISABLE TRIGGER entries_stay")
        Entry.objects.filter(order_id=order.pk).delete()
        cursor.execute("ALTER TABLE ledger_entry ENABLE TRIGGER entries_stay")
    assert order.balance.paid == 0

    said = check_books()

    with tenant_context(tenant):
        assert (order.balance.paid, order.balance.due) == (120, 0)
    assert f"order {order.number}: 4 entries were missing and are written" in said
    assert untouched.number not in said
    assert "2 orders, 0 of them mended" in check_books()
