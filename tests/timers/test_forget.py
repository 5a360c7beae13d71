"""What only grows is not kept for ever; what somebody may be asked for is."""

import re
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from shared_apps.core.ids import uuid7
from shared_apps.core.time import now
from shared_apps.events.models import AnsweredRequest, Delivery, Event
from shared_apps.tenants.context import public_context
from shared_apps.timers import retention
from shared_apps.timers.models import Timer
from shared_apps.timers.retention import tidy
from shared_apps.timers.services import set_timer
from shared_apps.timers.tasks import hour_of
from tenant_apps.messaging.models import Message, MessageStatus
from tenant_apps.payments.models import Payment, ProviderEvent
from tests import make
from tests.support.due import do_what_is_due

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
ROOT = Path(__file__).parents[2]


def days_ago(days):
    return now() - timedelta(days=days)


def test_a_year_after_a_booking_only_what_may_be_asked_for_is_left():
    booking = make.confirmed_booking()
    do_what_is_due()
    kept = Event.objects.count(), Payment.objects.count(), Message.objects.count()
    assert Message.objects.filter(status=MessageStatus.SENT).exists()
    tidy()
    assert Delivery.objects.exists()
    Delivery.objects.update(done_at=days_ago(31))
    Message.objects.filter(status=MessageStatus.SENT).update(sent_at=days_ago(181))
    done = tidy()
    assert done["deliveries that were made"] > 0
    assert not Delivery.objects.exists()
    assert (Event.objects.count(), Payment.objects.count(), Message.objects.count()) == kept
    mail = Message.objects.filter(about_id=booking.pk, kind="bookings/confirmed").get()
    assert (mail.text, mail.html, mail.attachments) == ("", "", [])
    assert mail.subject
    assert mail.to
    assert tidy()["texts of emails that were sent"] == 0


def test_what_waits_or_failed_is_kept_however_old_it_is():
    make.booking()
    Delivery.objects.update(done_at=None, next_try_at=days_ago(900))
    Message.objects.create(kind="bookings/received", to="ann@example.org", subject="s", text="t", status="failed")
    ProviderEvent.objects.create(provider="stripe", event_id="evt_1", kind="k", payload={}, status="failed")
    set_timer("tests.of_another_release", at=days_ago(900), subject=uuid7())
    kept = Delivery.objects.count()
    assert sum(tidy().values()) == 0
    assert Delivery.objects.count() == kept


def test_webhooks_timers_and_answers_go_when_their_time_is_over():
    for n, days in enumerate((91, 89)):
        event = {"provider": "stripe", "event_id": f"evt_{n}", "kind": "k", "payload": {}, "status": "processed"}
        ProviderEvent.objects.create(**event, processed_at=days_ago(days))
    for days in (31, 29):
        Timer.objects.create(kind="tests.gone", subject_id=uuid7(), due_at=days_ago(days), fired_at=days_ago(days))
    for days in (8, 6):
        row = AnsweredRequest.objects.create(key=f"k{days}", fingerprint="f")
        AnsweredRequest.objects.filter(pk=row.pk).update(created_at=days_ago(days))
    done = tidy()
    gone = ["webhooks that were processed", "timers that have gone off", "answers to idempotent requests"]
    assert [done[name] for name in gone] == [1, 1, 1]


def test_a_great_many_go_in_batches(monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(retention, "BATCH", 10)
    rows = [Timer(kind="tests.gone", due_at=days_ago(40), fired_at=days_ago(40)) for _ in range(35)]
    Timer.objects.bulk_create(rows)
    with django_assert_max_num_queries(30):
        tidy()
    assert not Timer.objects.exists()


def test_in_public_there_is_less_to_tidy():
    with public_context():
        assert "texts of emails that were sent" not in tidy()


def test_tenants_are_tidied_at_hours_spread_over_the_day():
    hours = {hour_of(f"t_school_{n}") for n in range(300)}
    assert hours == set(range(24))


def test_the_periods_are_written_down():
    page = (ROOT / "docs/decisions/0010-timers.md").read_text()
    told = {
        name: int(days) for name, days in re.findall(r"^\| ([^|(]+?)(?: \([^|]*\))? \| (\d+) \|$", page, re.MULTILINE)
    }
    assert told == settings.KEPT_DAYS


def test_an_email_whose_text_is_gone_says_so(tenant, client_of):
    mail = Message.objects.create(
        kind="bookings/received", to="ann@example.org", subject="Held", text="", status="sent", sent_at=days_ago(200)
    )
    office = client_of(tenant)
    office.sign_in(make.user("owner"))
    assert "is not kept any longer" in office.get(f"/admin/messages/{mail.pk}/").content.decode()


# --- What waits in tenants that exist ----------------------------------------------------------------


def test_holds_and_accounts_that_wait_while_this_release_is_installed_get_their_timers(tenant):
    booking, free = make.booking(), make.booking(session=make.session(price=0))
    Timer.objects.all().delete()
    with connection.cursor() as cursor:
        for app, name in (("bookings", "0008_wake_ups.REMIND"), ("payments", "0007_wake_ups.LOOK_AGAIN")):
            module, sql = name.split(".")
            cursor.execute(getattr(import_module(f"tenant_apps.{app}.migrations.{module}"), sql))
    [row] = Timer.objects.all()
    assert (row.kind, row.subject_id) == ("bookings.remind_of_hold", booking.pk)
    assert free.pk != booking.pk
    assert row.due_at == booking.created_at + timedelta(minutes=10)


# --- One clock -----------------------------------------------------------------------------------------

OTHER_CLOCKS = re.compile(r"timezone\.now\(|timezone\.localdate\(|datetime\.now\(|date\.today\(|\.utcnow\(")
ASKS_THE_REAL_ONE = {"core/time.py", "resilience/health.py"}  # the second compares the machine's with the database's


def test_everybody_asks_one_clock():
    for folder in ("shared_apps", "tenant_apps"):
        for path in (ROOT / folder).rglob("*.py"):
            inside = str(path.relative_to(ROOT / folder))
            if "migrations" in path.parts or "sandbox" in path.parts or inside in ASKS_THE_REAL_ONE:
                continue
            assert not OTHER_CLOCKS.search(path.read_text()), f"{inside} asks another clock than core.time.now"


def test_a_row_says_when_it_was_made_by_that_clock(monkeypatch):
    from shared_apps.core import models

    tomorrow = now() + timedelta(days=1)
    monkeypatch.setattr(models, "now", lambda: tomorrow)
    assert make.person().created_at == tomorrow
