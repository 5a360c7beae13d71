"""What a load balancer is told, and how soon."""

import signal
import subprocess
import sys
import time

import requests
from django.db import connection

from tests.faults.test_lose_postgres import end_postgres, start_postgres

SOON = 5  # seconds


def readyz(muster):
    answer = requests.get(f"{muster.url}/readyz", timeout=20)
    assert answer.headers["Content-Type"] == "application/json"
    return answer.status_code, answer.json()


def test_the_process_lives_and_is_not_ready_while_postgres_is_away(muster, finding, repeats):
    times, away, back = repeats(1, thorough=5), [], []
    for _ in range(times):
        assert readyz(muster)[0] == 200
        end_postgres(muster, signal.SIGKILL)
        away.append(muster.until(lambda: readyz(muster)[0] == 503, "503", seconds=SOON))
        began = time.monotonic()
        assert requests.get(f"{muster.url}/healthz", timeout=SOON).json() == {"status": "ok"}
        assert time.monotonic() - began < 1
        start_postgres(muster)
        back.append(muster.until(lambda: readyz(muster)[0] == 200, "200", seconds=SOON))
    finding(
        "/readyz when Postgres is killed and comes back; /healthz meanwhile",
        times=times,
        must="each flips within 5 s; /healthz stays 200 and answers at once",
        found=f"unready after {max(away):.1f} s, ready after {max(back):.1f} s",
        control="/healthz, which asks nobody, does not flip",
    )


def test_it_is_not_ready_while_a_migration_is_missing(muster, finding):
    assert readyz(muster)[0] == 200
    with muster.rows(), connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET app = 'gone' WHERE app = 'tenants' AND name = '0001_initial'")
    status, body = readyz(muster)
    with muster.rows(), connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET app = 'tenants' WHERE app = 'gone'")
    assert (status, body["migrations"], body["database"]) == (503, False, True)
    assert readyz(muster)[0] == 200
    finding(
        "/readyz while a migration is missing", times=1, must="503, then 200", found="503 at once, 200 at once after",
        control="before and after, with every migration there, it is ready",
    )  # fmt: skip


def test_without_redis_it_is_ready_and_says_so(muster):
    muster.redis.child.process.send_signal(signal.SIGSTOP)
    try:
        # Each process notices for itself.
        told = muster.until(lambda: readyz(muster)[1]["redis"] is False, "the news", seconds=SOON)
        assert readyz(muster)[0] == 200
    finally:
        muster.redis.child.process.send_signal(signal.SIGCONT)
    assert told < SOON


def test_a_clock_ten_minutes_off_is_not_ready(muster, finding, repeats):
    """Holds and limits are times: a process that reads another clock than its neighbours takes no part."""
    found = []
    for minutes in (-10, 10)[: repeats(1, thorough=2)]:
        program = (
            "import time_machine, datetime as d; "
            f"time_machine.travel(d.datetime.now(d.UTC) + d.timedelta(minutes={minutes})).start(); "
            "import django; django.setup(); from shared_apps.resilience.health import readiness; "
            "print(readiness().as_dict())"
        )
        said = subprocess.run([sys.executable, "-c", program], env=muster.environment, capture_output=True, text=True)
        assert "'clock': False" in said.stdout, said.stderr
        assert "'status': 'unavailable'" in said.stdout
        found.append(minutes)
    assert readyz(muster)[1]["clock"] is True
    finding(
        "A web process whose clock is ten minutes slow or fast",
        times=len(found),
        must="it takes no requests: holds and limits would end early or late there",
        found="/readyz says unavailable for both",
        control="with the right clock it is ready",
    )
