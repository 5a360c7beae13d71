"""Workers that die in the middle, and tasks that are carried out by two of them at once."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from kombu import Connection

from shared_apps.sandbox.models import StripeObject
from shared_apps.tenants.context import public_context
from shared_apps.tenants.tasks import HEADER
from tenant_apps.messaging.models import Message, MessageStatus
from tenant_apps.messaging.sending import send_message
from tenant_apps.payments.models import Refund
from tenant_apps.payments.sending import carry_out_refund


@pytest.mark.timeout(600)
def test_a_worker_killed_in_the_middle_of_its_tasks_loses_and_doubles_nothing(muster, provider, repeats, finding):
    """Emails are on their way when it dies. Celery alone keeps what the dead had taken; periodic work finds it."""
    kills, dice, doubled_before = repeats(1, thorough=20), random.Random(7), len(muster.mail.doubled())
    session = provider.session(price=0, capacity=1000)
    buyers = [provider.buyer() for _ in range(8 + 6 * kills)]
    muster.mail.seconds = 0.1
    with ThreadPoolExecutor(2) as threads:
        booked = [threads.submit(buyer.book, session) for buyer in buyers]
        for _ in range(kills):
            arrived, wanted = len(muster.mail.letters), dice.randrange(1, 4)
            enough = lambda arrived=arrived, wanted=wanted: len(muster.mail.letters) >= arrived + wanted  # noqa: E731
            muster.until(lambda: enough() or all(one.done() for one in booked), "some emails", seconds=30)  # noqa: B023
            muster.kill("worker")
            muster.start_worker()
        assert {one.result().status_code for one in booked} == {201}
    muster.mail.seconds = 0
    left = provider.unsettled()
    assert "emails" in left, f"the control must fail: Celery alone left only {left}"

    muster.start_timer()
    provider.time_passes()
    took = muster.until(lambda: not provider.unsettled(), provider.unsettled, seconds=100)
    assert provider.faults_in_the_books() == []
    to = [to for to, _ in muster.mail.letters]
    assert {buyer.email for buyer in buyers} <= set(to), "lost"
    doubled = len(muster.mail.doubled()) - doubled_before
    # Killed between the mail server's yes and our writing it down: the same Message-ID goes out again.
    assert doubled <= max(1, kills // 5)
    finding(
        "the worker is killed (-9) while it sends emails",
        times=kills,
        must="0 lost; sent again only what the mail server took in the moment of death, with the same Message-ID",
        found=f"{len(buyers)} of {len(buyers)} emails arrived, {doubled} of them twice, the last {took:.0f} s after "
        "the timer began",
        control=f"without periodic work: {left['emails']}",
    )


def test_one_task_in_two_workers_many_times_is_done_once(muster, provider, repeats, finding):
    """The same task is sent many times for one email and one refund, to two workers."""
    times = repeats(0, thorough=40)
    if not times:
        pytest.skip("in thorough runs only")
    buyer = provider.buyer()
    buyer.book_and_pay(provider.session())
    muster.start_timer()
    muster.until(lambda: not provider.unsettled(), provider.unsettled, seconds=30)
    muster.stop_child("timer")
    muster.kill("worker")
    assert buyer.cancel().status_code == 200
    with provider.rows():
        refund = Refund.objects.get(payment__order__buyer__email=buyer.email)
        waiting = list(Message.objects.filter(status=MessageStatus.QUEUED))
        with Connection(muster.environment["REDIS_URL"].replace("unix://", "redis+socket://")) as broker:
            for _ in range(times):
                for task, row in [(carry_out_refund, refund), *((send_message, message) for message in waiting)]:
                    headers = {HEADER: provider.tenant.schema_name}
                    task.apply_async([str(row.pk)], headers=headers, connection=broker)
    muster.start_worker()
    muster.start_worker("second worker")
    muster.start_timer()
    try:
        muster.until(lambda: not provider.unsettled(), provider.unsettled, seconds=60)
    finally:
        muster.stop_child("second worker")
    assert provider.faults_in_the_books() == []
    ids = {f"{message.pk}" for message in waiting}
    letters = [letter for _, letter in muster.mail.letters if letter.strip("<>").split("@")[0] in ids]
    assert len(letters) == len(waiting) > 0
    with muster.rows(), public_context():
        assert StripeObject.objects.filter(kind="refund", data__metadata__refund_id=str(refund.pk)).count() == 1
    finding(
        "one email and one refund, each rung for many times, two workers",
        times=times,
        must="1 email, 1 refund",
        found=f"{len(letters)} email for {len(waiting)} message, 1 refund",
        control="see the race of twenty workers for one event, whose control counts one payment many times",
    )
