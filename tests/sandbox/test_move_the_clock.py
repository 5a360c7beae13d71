"""A site's clock is moved forward: what is due happens once, in its order, at its time."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from shared_apps.core.time import now
from shared_apps.events.models import Event
from shared_apps.sandbox.clock import ClockRefused, move_clock, reset_clock, shown_to
from shared_apps.sandbox.models import ClockMove
from shared_apps.tenants import wake_ups
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.models import Tenant
from shared_apps.timers.due import do_due_work
from shared_apps.timers.models import Timer
from shared_apps.timers.services import set_timer, timer
from tenant_apps.bookings.models import BookingStatus
from tenant_apps.messaging.models import Message
from tenant_apps.scheduling.models import Session, SessionStatus
from tests import make
from tests.sandbox.test_stay_out_of_production import PRODUCTION
from tests.support.servers import ROOT

pytestmark = pytest.mark.django_db
FORTNIGHT = timedelta(days=14)
OUTSIDE = """
import django
django.setup()
from datetime import UTC, datetime, timedelta
from django.conf import settings
from django.urls import Resolver404, resolve
from shared_apps.core import time
from shared_apps.core.db import connection
from shared_apps.tenants.models import Tenant

connection.tenant = Tenant(clock_ahead=timedelta(days=14))
connection.tenant.clock_stands_at = datetime(2020, 1, 1, tzinfo=UTC)
print(settings.SANDBOX, time._clock, abs(time.now() - datetime.now(UTC)) < timedelta(seconds=5))
for path in ("/sandbox/clocks/", "/sandbox/clocks/alpha.json"):
    try:
        resolve(path, "config.urls_public")
    except Resolver404:
        print("no page")
"""
rung: list[tuple[str, datetime]] = []


@timer("clock_tests.ring")
def ring(subject=None, **ids):
    rung.append(("ring", now()))


@timer("clock_tests.ring_again")
def ring_again(subject=None, **ids):
    rung.append(("again", now()))
    if len(rung) < 4:
        set_timer("clock_tests.ring_again", at=now() + timedelta(days=3))


@pytest.fixture(autouse=True)
def _silence():
    rung.clear()


def fresh(tenant):
    with public_context():
        return Tenant.objects.get(pk=tenant.pk)


def pass_time(tenant, by=FORTNIGHT, **options):
    """Move the clock; the tenant as it is then, entered."""
    move = move_clock(tenant, to=datetime.now(UTC) + fresh(tenant).clock_ahead + by, **options)
    return move, fresh(tenant)


def test_a_fortnight_passes_and_everything_due_in_it_has_happened_once_and_in_order(tenant):
    held = make.booking(session=make.session(in_days=30))
    sessions = [make.session(in_days=days) for days in (9, 5, 20)]
    bookings = [make.confirmed_booking(session=session) for session in sessions]
    set_timer("clock_tests.ring", at=now() + timedelta(days=7))
    move, later = pass_time(tenant)
    assert move.finished

    held.refresh_from_db()
    assert held.status == BookingStatus.EXPIRED
    with tenant_context(later):
        assert FORTNIGHT - timedelta(minutes=1) < now() - datetime.now(UTC) < FORTNIGHT + timedelta(minutes=1)
        done = list(Session.objects.filter(pk__in=[one.pk for one in sessions]).values_list("status", flat=True))
        assert sorted(done) == [SessionStatus.COMPLETED, SessionStatus.COMPLETED, SessionStatus.SCHEDULED]
        bookings[0].refresh_from_db()
        assert bookings[0].status == BookingStatus.COMPLETED

    # Each at its time, and told in that order.
    for session in sessions[:2]:
        began = Event.objects.get(name="session.began", subject_id=session.pk)
        assert began.created_at == session.starts_at
    assert [moment for _what, moment in rung] == [Timer.objects.get(kind="clock_tests.ring").due_at]
    happened = [line["at"] for line in move.happened]
    assert happened == sorted(happened)
    around = {"Those booked were written to, as planned"}
    assert [line["what"] for line in move.happened if line["what"] not in around] == [
        "Hold ran out", "Began", "Over", "Session over, booking completed", "Began", "Over",
        "Session over, booking completed",
    ]  # fmt: skip
    assert move.did["scheduling.begin"] == move.did["scheduling.end"] == 2

    # Once: nothing is left, and doing it again does nothing.
    events, messages = Event.objects.count(), Message.objects.count()
    with tenant_context(later):
        do_due_work()
    again, _later = pass_time(later, timedelta(minutes=1))
    assert again.finished
    assert (Event.objects.count(), Message.objects.count()) == (events, messages)
    assert len(rung) == 1


def test_what_happens_brings_about_more_at_its_own_times(tenant):
    began = now()
    set_timer("clock_tests.ring_again", at=began + timedelta(days=1))
    set_timer("clock_tests.ring", at=began + timedelta(days=5))
    pass_time(tenant)
    days = [(what, round((moment - began) / timedelta(days=1))) for what, moment in rung]
    assert days == [("again", 1), ("again", 4), ("ring", 5), ("again", 7)]


def test_what_fails_is_tried_again_at_its_times_and_holds_up_nothing(tenant, monkeypatch):
    @timer("clock_tests.fail")
    def fail(subject=None, **ids):
        raise ValueError("not today")

    set_timer("clock_tests.fail", at=now() + timedelta(days=1))
    set_timer("clock_tests.ring", at=now() + timedelta(days=2))
    move, _later = pass_time(tenant)
    assert move.finished
    assert len(rung) == 1
    assert Timer.objects.given_up().filter(kind="clock_tests.fail").count() == 1


def test_a_move_without_time_goes_on_where_it_stopped(tenant):
    for days in (1, 2, 3):
        set_timer("clock_tests.ring", at=now() + timedelta(days=days), subject=make.person())
    move, later = pass_time(tenant, seconds=0)
    assert not move.finished
    assert len(rung) == 1
    assert timedelta(hours=23) < later.clock_ahead < timedelta(hours=25)
    turns = 1
    while not move.finished:
        move, turns = move_clock(fresh(tenant), seconds=0), turns + 1
        assert turns < 10
    assert len(rung) == 3
    assert [moment for _what, moment in rung] == sorted(moment for _what, moment in rung)
    with public_context():
        assert ClockMove.objects.filter(schema_name=tenant.schema_name).count() == 1


def test_while_it_moves_nobody_else_does_what_is_due(tenant):
    set_timer("clock_tests.ring", at=now() - timedelta(hours=1))
    with public_context():
        Tenant.objects.filter(pk=tenant.pk).update(clock_moves_until=datetime.now(UTC) + timedelta(minutes=1))
    with tenant_context(fresh(tenant)):
        do_due_work()
    assert rung == []
    with pytest.raises(ClockRefused):
        pass_time(tenant)
    with public_context():
        Tenant.objects.filter(pk=tenant.pk).update(clock_moves_until=datetime.now(UTC) - timedelta(seconds=1))
    with tenant_context(fresh(tenant)):
        do_due_work()
    assert len(rung) == 1


def test_a_site_that_is_ahead_is_woken_by_its_own_clock_and_its_neighbours_by_theirs(alpha, beta):
    with tenant_context(alpha):
        pass_time(alpha)
    with public_context():
        wake_ups.lease_due()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM tenants_wakeup")
        for site in (alpha, beta):
            wake_ups.wake(site.schema_name, datetime.now(UTC) + timedelta(days=3))
        assert wake_ups.lease_due() == [alpha.schema_name]
        assert wake_ups.lease_due() == []  # it is leased for a while on its own clock
    with tenant_context(beta):
        assert abs(now() - datetime.now(UTC)) < timedelta(seconds=1)


def test_the_stand_in_for_stripe_goes_by_the_clock_of_whose_money_it_is(alpha, beta):
    with tenant_context(alpha):
        pass_time(alpha)
    with public_context():
        assert shown_to("acct_alpha") - shown_to("acct_beta") > timedelta(days=13)


def test_a_clock_goes_back_only_while_nothing_has_happened_since(tenant):
    pass_time(tenant)
    reset_clock(fresh(tenant))
    assert fresh(tenant).clock_ahead == timedelta(0)
    _move, later = pass_time(tenant)
    with tenant_context(later):
        make.booking()
    with pytest.raises(ClockRefused, match="dated later than today"):
        reset_clock(fresh(tenant))
    assert fresh(tenant).clock_ahead > timedelta(days=13)


def test_a_clock_goes_forward_and_not_beyond_a_year(tenant):
    with pytest.raises(ClockRefused):
        pass_time(tenant, timedelta(seconds=-1))
    with pytest.raises(ClockRefused):
        pass_time(tenant, timedelta(days=500))
    with pytest.raises(ClockRefused):
        move_clock(tenant)


def test_by_page_and_by_program(client, tenant):
    set_timer("clock_tests.ring", at=now() + timedelta(days=3))
    with public_context():
        page = client.get("/sandbox/clocks/").content.decode()
        assert f"/sandbox/clocks/{tenant.slug}/" in page
        at = f"/sandbox/clocks/{tenant.slug}"
        coming = client.get(f"{at}/").content.decode().partition('id="coming"')[2]
        assert "rows__row" in coming
        assert client.post(f"{at}/", {"hours": "24"}).status_code == 302
        assert client.post(f"{at}/", {"to": "2020-01-01T09:00"}).status_code == 409
        assert client.post(f"{at}/", {"hours": "soon"}).status_code == 409
        told = client.get(f"{at}.json").json()
        assert 86_000 < told["ahead"] < 87_000
        assert (told["finished"], told["did"]) == (True, {})
        told = client.post(f"{at}.json", {"hours": 48}, content_type="application/json").json()
        assert (told["finished"], told["did"]) == (True, {"timers.go_off": 1})
        assert len(rung) == 1
        for wrong in ({"days": 3}, [], {"hours": "x"}, {"hours": 1e300}):
            answer = client.post(f"{at}.json", wrong, content_type="application/json")
            assert answer.status_code in (400, 409)
        assert client.post(f"{at}.json", {"hours": "1"}).status_code == 415
        assert client.delete(f"{at}.json").json()["ahead"] == 0
        assert client.get("/sandbox/clocks/nobody/").status_code == 404


def test_without_a_sandbox_there_is_no_such_page(client, tenant, settings):
    settings.SANDBOX = False
    with public_context():
        for path in ("clocks/", f"clocks/{tenant.slug}/", f"clocks/{tenant.slug}.json"):
            assert client.get(f"/sandbox/{path}").status_code == 404
    with public_context():
        for path in (f"clocks/{tenant.slug}/", f"clocks/{tenant.slug}.json"):
            assert client.post(f"/sandbox/{path}").status_code == 404


def test_outside_a_sandbox_no_tenant_has_another_time_whatever_its_row_says():
    done = subprocess.run(
        [sys.executable, "-c", OUTSIDE], cwd=ROOT, env=PRODUCTION, capture_output=True, text=True, check=False
    )
    assert done.stdout == "False None True\nno page\nno page\n", done.stderr


def test_the_office_is_told_that_its_clock_is_ahead_and_where_to_move_it(desk, tenant, settings):
    browser = desk("owner")
    page = browser.get("/admin/bookings/").content.decode()
    assert f"/sandbox/clocks/{tenant.slug}/" in page
    assert "is ahead" not in page
    _move, later = pass_time(tenant, timedelta(hours=3))
    with tenant_context(later):
        assert "The clock of this site is ahead" in browser.get("/admin/bookings/").content.decode()
    settings.SANDBOX = False
    page = browser.get("/admin/bookings/").content.decode()
    assert "is ahead" not in page
    assert "/sandbox/clocks/" not in page


def test_what_is_changed_later_says_so_by_the_same_clock(tenant):
    course = make.course()
    _move, later = pass_time(tenant)
    with tenant_context(later):
        course.summary = "Changed a fortnight later"
        course.save()
        course.refresh_from_db()
        assert course.updated_at - course.created_at > timedelta(days=13)


def test_a_checkout_is_open_and_ends_by_the_clock_of_the_site(sdk, checkout, account, alpha):
    with tenant_context(alpha):
        _move, later = pass_time(alpha)
    ends = int((datetime.now(UTC) + later.clock_ahead + timedelta(hours=1)).timestamp())
    opened = checkout(account=account, expires_at=ends)
    options = {"stripe_account": account}
    assert sdk.v1.checkout.sessions.retrieve(opened.id, options=options).status == "open"
    with tenant_context(alpha):
        pass_time(alpha, timedelta(hours=2))
    assert sdk.v1.checkout.sessions.retrieve(opened.id, options=options).status == "expired"
