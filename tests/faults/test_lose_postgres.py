"""Postgres is restarted, killed, or has no room for us, while people book."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from uuid import uuid4

import psycopg
import pytest
import requests
from django.db import connection, transaction

from config import processes
from tenant_apps.bookings.models import Booking
from tests.conftest import servers
from tests.support.servers import ROOT

LONGEST = 10  # seconds that any request may take
BACK = 5  # seconds after which all is well again


@dataclass
class Load:
    """Buyers who book until told to stop. What was acknowledged, and what else they were told."""

    provider: object
    session: str
    buyers: list
    acknowledged: list = field(default_factory=list)
    answers: Counter = field(default_factory=Counter)
    odd: list = field(default_factory=list)
    slowest: float = 0.0

    def __enter__(self):
        self._over, self._lock, self._todo = threading.Event(), threading.Lock(), deque(self.buyers)
        self._threads = [threading.Thread(target=self._book) for _ in range(4)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *failure):
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _next(self):
        with self._lock:
            return None if self._over.is_set() or not self._todo else self._todo.popleft()

    def _book(self):
        while buyer := self._next():
            began = time.monotonic()
            answer = buyer.book(self.session, key=buyer.email)
            took = time.monotonic() - began
            with self._lock:
                self.slowest = max(self.slowest, took)
                self.answers[answer.status_code if answer is not None else 0] += 1
                if answer is not None and answer.status_code == 201:
                    self.acknowledged.append(answer.json()["id"])
                    continue
                if answer is None or not is_a_good_503(answer):
                    self.odd.append(answer.text[:300] if answer is not None else "no answer")
                self._todo.append(buyer)
            self._over.wait(0.2)  # told to come back; we don't wait the seconds that a person would


def is_a_good_503(answer):
    good = answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
    return good and answer.headers["Content-Type"] == "application/problem+json" and "Traceback" not in answer.text


def end_postgres(muster, sig):
    """The server and all its processes, without a farewell when `sig` is SIGKILL."""
    postmaster = muster.postgres.child.process
    backends = processes.living_in(muster.postgres.cluster)
    postmaster.send_signal(sig)
    if sig == signal.SIGKILL:
        for pid in backends:
            try:
                os.kill(pid, sig)
            except ProcessLookupError:
                continue
    postmaster.wait(30)


def start_postgres(muster):
    muster.postgres.start()
    muster.postgres.wait()


def page_while_away(muster, session):
    """What a visitor's browser is shown in the place of a page that is never kept."""
    began = time.monotonic()
    page = requests.get(f"{muster.url}/alpha/sessions/{session}/book/", timeout=30)
    assert page.status_code == 503
    assert int(page.headers["Retry-After"]) > 0
    assert "We will be back in a moment" in page.text
    assert "Traceback" not in page.text
    assert "OperationalError" not in page.text
    return time.monotonic() - began


def lost(acknowledged):
    """The ids of what was acknowledged and is not there."""
    return set(acknowledged) - set(map(str, Booking.objects.values_list("pk", flat=True)))


ENDS = {"fast restart": signal.SIGINT, "immediate shutdown": signal.SIGQUIT, "kill -9": signal.SIGKILL}


@pytest.mark.timeout(600)
def test_no_acknowledged_booking_is_lost_when_postgres_ends_under_load(muster, provider, repeats, finding):
    times = repeats(1, thorough=5)
    ways = list(ENDS) if times > 1 else ["kill -9"]
    session = provider.session(price=0, capacity=30_000)
    for way in ways:
        buyers = [provider.buyer() for _ in range(times * 60)]
        back, away = [], []
        with Load(provider, session, buyers) as load:
            for _ in range(times):
                enough = len(load.acknowledged) + 8
                muster.until(lambda enough=enough: len(load.acknowledged) >= enough, "bookings", seconds=40)
                end_postgres(muster, ENDS[way])
                away.append(page_while_away(muster, session))
                start_postgres(muster)
                back.append(muster.until(muster.well, "health", seconds=BACK))
        with provider.rows():
            assert not lost(load.acknowledged)
            one = load.acknowledged[0]
            with transaction.atomic():  # the control: one that is gone is missed
                Booking.objects.filter(pk=one).update(id=uuid4())
                assert lost(load.acknowledged) == {one}
                transaction.set_rollback(True)
        assert not load.odd, load.odd
        assert max(back) <= BACK
        assert max(load.slowest, *away) <= LONGEST
        finding(
            f"Postgres: {way} under a load of bookings",
            times=times,
            must="0 acknowledged lost; each refusal a 503 with Retry-After; well ≤ 5 s after Postgres; none > 10 s",
            found=f"{len(load.acknowledged)} acknowledged, 0 lost; {load.answers[503]} refused, all with 503; "
            f"well after at most {max(back):.1f} s; slowest request {max(load.slowest, *away):.1f} s",
            control="with synchronous_commit off, kill -9 loses acknowledged bookings"
            if way == "kill -9"
            else "a booking taken out of the table is missed",
        )


def test_the_control_loses_acknowledged_bookings(muster, provider):
    """A Postgres that says yes before it has written is caught."""
    session = provider.session(price=0, capacity=1000)
    lazy = ["synchronous_commit = off", "wal_writer_delay = '10s'", "wal_writer_flush_after = '1GB'"]
    for setting in lazy:
        muster.postgres.execute(f"ALTER SYSTEM SET {setting}")
    muster.postgres.execute("SELECT pg_reload_conf()")
    buyers = [provider.buyer() for _ in range(12)]
    for _ in range(2):
        acknowledged = [answer.json()["id"] for b in buyers if (answer := b.book(session)).status_code == 201]
        end_postgres(muster, signal.SIGKILL)
        muster.postgres.cluster.joinpath("postgresql.auto.conf").write_text("")
        start_postgres(muster)
        with provider.rows():
            if lost(acknowledged):
                return
    pytest.fail("a lazy Postgres lost nothing, so the test above proves nothing")


def take_all(muster, hogs):
    """Every connection there is, those that the site has too."""
    for _ in range(2):
        try:
            while True:
                hogs.append(psycopg.connect(muster.database_url, autocommit=True))
        except psycopg.OperationalError:
            ours = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'muster'"
            hogs[0].execute(ours)


@pytest.mark.timeout(600)
def test_a_postgres_without_room_is_a_503_and_soon_well_again(muster, provider, repeats, finding):
    """Somebody else takes every connection there is."""
    times, back, took = repeats(1, thorough=5), [], []
    session, buyer = provider.session(price=0), provider.buyer()
    for _ in range(times):
        hogs = []

        def no_room(hogs=hogs):
            take_all(muster, hogs)
            began = time.monotonic()
            statuses = set(muster.everywhere())
            took.append(time.monotonic() - began)
            return statuses == {503} and not muster.ready()

        try:
            hogs.append(psycopg.connect(muster.database_url, autocommit=True))
            muster.until(no_room, "no room", seconds=60)
            took.append(page_while_away(muster, session))
            began = time.monotonic()
            refused = buyer.book(session)
            assert is_a_good_503(refused), refused.text
            took.append(time.monotonic() - began)
        finally:
            for hog in hogs:
                hog.close()
        back.append(muster.until(muster.well, "health", seconds=BACK))
    assert max(took) <= LONGEST
    finding(
        "Postgres: max_connections taken by others",
        times=times,
        must="503 with Retry-After within 10 s, well ≤ 5 s after there is room",
        found=f"slowest 503 {max(took):.1f} s, well after {max(back):.1f} s",
        control="the same check finds the site unready while the room is taken",
    )


def test_after_a_restart_no_request_meets_a_dead_line(muster, finding, repeats):
    """Each pool holds lines that the restart has cut: they are thrown away before anybody is given one."""
    times, asked = repeats(1, thorough=10), 0
    for _ in range(times):
        muster.until(muster.well, "each pool to lend lines, with no breaker open from before", seconds=30)
        end_postgres(muster, signal.SIGINT)
        start_postgres(muster)
        statuses = muster.everywhere() + muster.everywhere()
        assert set(statuses) == {200}, f"{statuses}\n{muster.last_words()}"
        asked += len(statuses)
    finding(
        "Postgres: the first requests after a restart, on lines lent before it",
        times=times,
        must="0 refused",
        found=f"0 of {asked} refused",
        control="Django's own pool lends a dead line: see the test next to it",
    )


def test_the_control_lends_a_dead_line(muster):
    """Django's pool as it comes, without the look at the socket."""
    from django.db import OperationalError
    from django.db.backends.postgresql import base

    from shared_apps.resilience.postgres.base import DatabaseWrapper as Ours

    def ask(kind):
        settings = {**connection.settings_dict, "OPTIONS": {**connection.settings_dict["OPTIONS"]}}
        settings["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 1, "timeout": 10}
        line = kind(settings, f"faults {kind.__module__}")
        try:
            for _ in range(2):
                with line.cursor() as cursor:
                    cursor.execute("SELECT pg_backend_pid()")
                    [pid] = cursor.fetchone()
                line.close()
                with psycopg.connect(muster.database_url, autocommit=True) as killer:
                    killer.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        finally:
            line.close()
            line.close_pool()

    with muster.rows():
        ask(Ours)
        with pytest.raises(OperationalError):
            ask(base.DatabaseWrapper)


def test_a_network_that_is_cut_without_a_word_is_noticed_within_ten_seconds(repeats, finding, db):
    """Whoever waits for an answer just then is told 503 instead of waiting for ever; with the driver's own settings
    they would."""
    if repeats(0, thorough=1) == 0 or subprocess.run(["unshare", "-n", "true"], capture_output=True).returncode:
        pytest.skip("in thorough runs, and as root only")
    options = {
        name: value
        for name, value in connection.get_connection_params().items()
        if name.startswith(("keepalives", "tcp_"))
    }
    program = ["unshare", "-n", sys.executable, "-m", "tests.faults.partition"]
    given = [str(servers.postgres.sockets), json.dumps(options)]
    done = subprocess.run([*program, *given], capture_output=True, text=True, cwd=ROOT, timeout=100)
    gave_up = json.loads(done.stdout)
    assert gave_up["ours"] is not None
    assert gave_up["ours"] <= LONGEST
    assert gave_up["control"] is None
    finding(
        "Postgres: the network is cut without a word while an answer is waited for",
        times=1,
        must="given up within 10 s",
        found=f"given up after {gave_up['ours']:.1f} s",
        control="with the driver's own settings still waiting after 16 s",
    )
