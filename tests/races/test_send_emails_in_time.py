"""An email leaves soon after its commit, however much another provider has to do."""

from uuid import uuid4

import pytest
import redis
from django.db import transaction

from shared_apps.tenants.context import tenant_context
from shared_apps.tenants.tasks import HEADER
from shared_apps.timers import soon
from tenant_apps.messaging.models import Message, MessageStatus
from tenant_apps.payments.services import close_payments
from tests import make
from tests.support.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 10_000
PATIENCE = 5  # seconds, on a machine that does other things as well


def latest(tenant):
    with tenant_context(tenant):
        return Message.objects.filter(kind="bookings/confirmed", status=MessageStatus.SENT).first()


def confirm_and_wait(alpha):
    """Seconds from the commit of a confirmed booking until its email has left."""
    with tenant_context(alpha):
        booking = make.booking(session=make.session(price=0), by_office=True)
        booking.refresh_from_db()
    wait_until(lambda: latest(alpha), "the confirmation", seconds=30)
    return (latest(alpha).sent_at - booking.confirmed_at).total_seconds()


def keep_busy(tenant):
    """Ten thousand tasks that take some milliseconds each."""
    with tenant_context(tenant):
        order = str(uuid4())
        for _ in range(MANY):
            close_payments.apply_async([order], headers={HEADER: tenant.schema_name})


def test_behind_ten_thousand_tasks_of_another_provider(alpha, beta, worker, settings):
    keep_busy(beta)
    took = confirm_and_wait(alpha)
    with redis.Redis.from_url(settings.REDIS_URL) as line:
        assert line.llen("celery") > MANY / 2, "the others still wait"
    assert took < PATIENCE, f"{took:.1f} s"


def test_control_in_the_queue_of_all_tasks_it_waits_for_its_wake_up(alpha, beta, worker, monkeypatch):
    def ask(tenant):
        soon.work_here.apply_async(headers={HEADER: tenant.schema_name}, queue="celery")

    monkeypatch.setattr(soon, "_ask", ask)
    keep_busy(beta)
    took = confirm_and_wait(alpha)
    assert took > PATIENCE, "the control must fail"


def test_behind_ten_thousand_emails_of_another_provider(alpha, beta, worker):
    with tenant_context(beta):
        rows = [Message(kind="tests/news", to=f"n{n}@example.org", subject="News", text="News") for n in range(MANY)]
        with transaction.atomic():
            Message.objects.bulk_create(rows)
            soon.work_on_commit()
        wait_until(lambda: Message.objects.filter(status=MessageStatus.SENT).exists(), "the first of them", seconds=30)
    took = confirm_and_wait(alpha)
    with tenant_context(beta):
        assert Message.objects.filter(status=MessageStatus.QUEUED).count() > MANY / 4, "the others still wait"
    assert took < PATIENCE, f"{took:.1f} s"
