"""What failed for good is seen by a person, who has it tried again."""

import pytest

from shared_apps.events.bus import deliver_due
from shared_apps.events.given_up import count_given_up
from shared_apps.events.models import MOST_ATTEMPTS, Delivery, Event
from tenant_apps.messaging.models import Message, Notice
from tenant_apps.payments.models import ProviderEvent
from tenant_apps.reports.todo import tasks
from tests import make
from tests.bookings.conftest import path

pytestmark = pytest.mark.django_db


def given_up():
    """A confirmation that nobody was told of."""
    make.confirmed_booking()
    Message.objects.filter(kind="bookings/confirmed").delete()
    Notice.objects.filter(kind="bookings/confirmed").delete()
    row = Delivery.objects.get(handler="bookings.tell_of_confirmation")
    Delivery.objects.filter(pk=row.pk).update(done_at=None, attempts=MOST_ATTEMPTS, error="TemplateError: a comma")
    return row


def test_a_follow_up_that_failed_for_hours_is_a_task_and_runs_again(tenant, client_of):
    row = given_up()
    assert deliver_due() == 0  # nobody tries it by itself
    (task,) = [task for task in tasks(make.user("owner")) if "delivered" in task.title]
    office = client_of(tenant)
    office.sign_in(make.user("admin"))
    page = office.get(path("office:undelivered")).content.decode()
    assert "Tell of confirmation" in page
    assert "a comma" in page
    assert task.page == "office:undelivered"

    answer = office.post(path("office:undelivered_again", "delivery", row.pk))
    assert answer.status_code == 302
    assert Message.objects.filter(kind="bookings/confirmed").count() == 1
    assert not [task for task in tasks(make.user("owner")) if "delivered" in task.title]
    assert office.post(path("office:undelivered_again", "delivery", row.pk)).status_code == 404


def test_a_webhook_that_was_given_up_is_processed_again(tenant, client_of):
    event = ProviderEvent.objects.create(
        provider="stripe", event_id="evt_1", kind="payment_intent.succeeded", payload={}, status="failed", attempts=8
    )
    office = client_of(tenant)
    office.sign_in(make.user("admin"))
    assert "payment_intent.succeeded" in office.get(path("office:undelivered")).content.decode()
    office.post(path("office:undelivered_again", "webhook", event.pk))
    event.refresh_from_db()
    assert (event.status, event.attempts) == ("received", 0)


def test_what_is_not_needed_any_more_is_left_undone_with_a_reason_that_is_kept(tenant, client_of):
    row = given_up()
    event = ProviderEvent.objects.create(
        provider="stripe", event_id="evt_1", kind="payment_intent.succeeded", payload={}, status="failed", attempts=8
    )
    office = client_of(tenant)
    office.sign_in(make.user("admin", name="Olive Office"))
    assert office.post(path("office:undelivered_drop", "delivery", row.pk), {"reason": " "}).status_code == 422
    assert count_given_up() == 2, "not without a reason"

    for kind, pk in (("delivery", row.pk), ("webhook", event.pk)):
        assert office.get(path("office:undelivered_drop", kind, pk)).status_code == 200
        assert office.post(path("office:undelivered_drop", kind, pk), {"reason": "They know"}).status_code == 302
    assert count_given_up() == 0
    assert not [task for task in tasks(make.user("owner")) if "delivered" in task.title]
    for dropped in Event.objects.filter(name="outbox.dropped"):
        assert (dropped.note, bool(dropped.by_id)) == ("They know", True)
    assert Event.objects.filter(name="outbox.dropped").count() == 2
    assert deliver_due() == 0
    assert not Message.objects.filter(kind="bookings/confirmed").exists()
    assert office.post(path("office:undelivered_drop", "delivery", row.pk), {"reason": "x"}).status_code == 404
    assert office.get(path("office:undelivered_drop", "nothing", row.pk)).status_code == 404
