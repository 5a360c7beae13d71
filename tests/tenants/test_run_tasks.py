"""A task belongs to the tenant it was sent from, or does not run."""

import logging
import logging.config
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import shared_task
from django.conf import settings as live_settings
from django.db import connection, transaction

from config.celery import app
from shared_apps.tenants import routing
from shared_apps.tenants.context import tenant_context
from shared_apps.tenants.models import Tenant, TenantStatus
from shared_apps.tenants.tasks import HEADER, TenantMissing
from shared_apps.tenants.wake_ups import wake
from shared_apps.timers.tasks import do_due, find_due
from tenant_apps.messaging.sending import send_message

pytestmark = pytest.mark.django_db
seen: list[str] = []


@shared_task(name="tests.look_around")
def look_around() -> None:
    seen.append(connection.schema_name)


@pytest.fixture(autouse=True)
def _nothing_seen() -> None:
    seen.clear()


def run(headers: dict[str, Any] | None) -> None:
    """As a worker does it: from public, with what the message says."""
    look_around.apply(headers=headers, throw=True)


def test_it_runs_where_it_was_sent_from(alpha):
    run({HEADER: "t_alpha"})
    assert seen == ["t_alpha"]
    assert connection.schema_name == "public"


@pytest.mark.parametrize("schema", [None, "", "public", "t_gone", "t_alpha; DROP SCHEMA t_beta"])
def test_without_an_active_tenant_it_fails_and_does_nothing(alpha, schema):
    with pytest.raises(TenantMissing):
        run({HEADER: schema} if schema is not None else None)
    assert seen == []


def test_a_suspended_tenants_tasks_do_not_run(alpha):
    Tenant.objects.filter(pk=alpha.pk).update(status=TenantStatus.SUSPENDED)
    routing.cache.clear()
    with pytest.raises(TenantMissing):
        run({HEADER: "t_alpha"})
    assert seen == []


@pytest.mark.django_db(transaction=True)
def test_a_task_runs_as_the_tenant_of_the_moment_it_was_asked_for(alpha, settings, monkeypatch):
    """Even when the transaction commits after the context has been left."""
    sent = []
    monkeypatch.setattr(look_around, "apply_async", lambda args, kwargs, headers: sent.append(headers[HEADER]))
    with transaction.atomic():
        with tenant_context(alpha):
            look_around.delay_on_commit()
        assert sent == []
    assert sent == ["t_alpha"]


def test_an_email_does_not_wait_behind_what_is_due_at_all_providers(alpha, beta, settings):
    for tenant in (alpha, beta):
        wake(tenant.schema_name)
    with redis.Redis.from_url(settings.REDIS_URL) as line, tenant_context(alpha):
        line.delete("periodic", "celery")
        find_due.apply(throw=True)
        send_message.apply_async(["a message"])
        assert line.llen("periodic") >= 2
        assert line.llen("celery") == 1


def test_a_worker_that_is_told_nothing_takes_from_every_queue():
    assert set(app.amqp.queues) == {"celery", "prompt", "periodic"}


def test_providers_with_nothing_due_leave_nothing_in_the_log(alpha, caplog):
    caplog.set_level(logging.DEBUG)
    logging.config.dictConfig({"version": 1, "incremental": True, "loggers": live_settings.LOGGING["loggers"]})
    do_due.apply(headers={HEADER: "t_alpha"}, throw=True)
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.INFO] == []


def test_a_worker_knows_every_task_that_a_page_may_ask_for():
    """Pages load more than a worker does: a task in a module of theirs alone would be thrown away unread."""
    root = Path(live_settings.BASE_DIR)
    files = [path for app_folder in ("shared_apps", "tenant_apps") for path in (root / app_folder).rglob("*.py")]
    named = {name for path in files for name in re.findall(r'@shared_task\(name="([^"]+)"', path.read_text())}
    assert len(named) > 10
    ask = "from config.celery import app; app.loader.import_default_modules(); print(*sorted(app.tasks))"
    known = subprocess.run([sys.executable, "-c", ask], cwd=root, capture_output=True, text=True, check=True)
    assert named <= set(known.stdout.split())
