"""/readyz says no while a provider's tables are not what this process was written for."""

import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import connection

from shared_apps.core.time import now
from shared_apps.tenants.health import tenants_are_migrated
from shared_apps.tenants.models import SchemaDump, SchemaState, TenantStatus
from shared_apps.tenants.provisioning import create_tenant
from shared_apps.tenants.schemas import migrations_fingerprint
from tests.support.servers import ROOT

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(alpha):
    """`ready()`: whether every tenant is as this process needs it."""
    connection.ensure_connection()
    return lambda: tenants_are_migrated(connection.connection)


@pytest.fixture
def state(alpha):
    """The migrations that alpha has had."""
    return SchemaState.objects.get(tenant=alpha)


def another_release(*, days):
    dump = SchemaDump.objects.create(fingerprint=f"release {days}", sql="")
    SchemaDump.objects.filter(pk=dump.pk).update(created_at=now() + timedelta(days=days))
    return dump


def test_a_new_process_is_not_ready_while_a_provider_failed_to_migrate(ready, state):
    assert ready()
    state.status = "failed"
    state.save()
    assert not ready()


def test_a_new_process_is_not_ready_before_providers_were_migrated(ready, state):
    state.fingerprint = another_release(days=-3650).fingerprint
    state.save()
    assert not ready()
    state.delete()  # nobody knows
    assert not ready()


@pytest.mark.parametrize("status", ["migrated", "failed"])
def test_a_running_process_stays_ready_while_the_next_release_migrates(ready, state, status):
    state.fingerprint, state.status = another_release(days=1).fingerprint, status
    state.save()
    assert ready()


def test_a_provider_that_is_closed_keeps_nobody_waiting(ready, state, alpha):
    state.delete()
    alpha.status = TenantStatus.CLOSED
    alpha.save()
    assert ready()


def test_a_new_provider_is_known_to_be_migrated(ready):
    create_tenant(name="Gamma", slug="gamma")
    assert SchemaState.objects.get(tenant__slug="gamma").fingerprint == migrations_fingerprint()
    assert ready()


def test_what_a_process_needs_is_read_before_it_forks():
    """A process that reads it later, once the next release's files are in place, would wait for their migrations."""
    program = (
        "import config.wsgi; from shared_apps.resilience.health import wanted_migrations; "
        "from shared_apps.tenants.schemas import _fingerprint; "
        "print(wanted_migrations.cache_info().currsize, _fingerprint.cache_info().currsize)"
    )
    said = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["1", "1"]
