"""What the work around sessions costs: the office's calendar of a full month, and many certificates at once."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import psutil

from bench.figures import Figure, Pair
from bench.site import ROOT, here, running, working
from config import processes

if TYPE_CHECKING:
    from django.test import Client

    from shared_apps.accounts.models import User
    from shared_apps.jobs.models import Job
    from shared_apps.tenants.models import Tenant

PORT = 8298
LANES, DAYS = 20, 20  # rooms that are taken on each of so many days
MONTH, EMPTY = "/admin/calendar/?view=month&on=2030-04-05", "/admin/calendar/?view=month&on=2031-04-05"
TURNS = 12
SEATS = 500
LONGEST = 300.0  # seconds for that many certificates


def measure() -> Iterator[Figure]:
    """The figures, measured by a process of its own on a site of its own."""
    command = [sys.executable, "-m", "bench.sessions"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        for line in child.stdout:
            yield Figure(**json.loads(line))
    if child.returncode:
        raise RuntimeError("Measuring the work around sessions failed.")


def figures() -> Iterator[Figure]:
    """Measure in this process, which becomes one of the site's."""
    with running(PORT, workers=1) as site:
        here(site.env)
        from shared_apps.tenants.context import tenant_context
        from shared_apps.tenants.models import Tenant

        tenant = Tenant.objects.get(slug="bristol-gas-training")
        with tenant_context(tenant):
            _fill_a_month()
            session = _hold_a_session()
        yield from _calendar(tenant)
        with working(site) as workers, tenant_context(tenant):
            yield from _certificates(session, workers[0])


def _owner() -> "User":
    from shared_apps.accounts.models import User

    return User.objects.get(email="owner@bristol-gas-training.test")


def _fill_a_month() -> None:
    from tenant_apps.catalogue.models import Course
    from tenant_apps.scheduling.models import Place, Room
    from tenant_apps.scheduling.services import schedule_session

    course, yard = Course.objects.public()[0], Place.objects.create(name="The yard")
    first = datetime(2030, 4, 1, 8, tzinfo=UTC)
    spans = [(first + timedelta(days=n), first + timedelta(days=n, hours=7)) for n in range(DAYS)]
    for n in range(LANES):
        room = Room.objects.create(place=yard, name=f"Bay {n}")
        schedule_session(course=course, days=spans, by=None, trainer=None, room=room, place=yard)


def _calendar(tenant: "Tenant") -> Iterator[Figure]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from shared_apps.tenants.context import tenant_context
    from tests.support.people import SiteClient

    with tenant_context(tenant):
        client = SiteClient(tenant).sign_in(_owner())
    pair = Pair(_least(client, MONTH), _least(client, EMPTY))
    with CaptureQueriesContext(connection) as captured:
        client.get(MONTH)
    asked = [query["sql"] for query in captured if not query["sql"].startswith(("SET search_path", "SAVEPOINT"))]
    name = f"The office's calendar of a month with {LANES * DAYS} days of sessions"
    how = f"From the request to its page in one process; the least of {TURNS}"
    yield Figure(name, pair.spent, "ms", 300, how)
    yield Figure(f"{name}, to an empty month", pair.ratio, "×", 3, "The same, in the same run", str(pair))
    yield Figure(f"{name}: queries", len(asked), "", 8, "With those of who asks: session, account, rights, tenant")


def _least(client: "Client", url: str) -> float:
    least = float("inf")
    for _turn in range(TURNS):
        began = time.perf_counter()
        answer = client.get(url)
        least = min(least, (time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{url} answered {answer.status_code}")
    return least


def _hold_a_session() -> UUID:
    """The key of a session that is over, at which `SEATS` people earned a certificate."""
    from tenant_apps.bookings.models import Attendee, Booking
    from tenant_apps.catalogue.models import Course
    from tenant_apps.certificates.models import CourseRule, Wants
    from tenant_apps.people.models import Person
    from tenant_apps.scheduling.attendance import Mark, mark_attendance
    from tenant_apps.scheduling.models import AttendanceStatus, Session
    from tenant_apps.scheduling.services import schedule_session

    course = Course.objects.public()[0]
    CourseRule.objects.update_or_create(course=course, defaults={"issues": True, "wants": Wants.NOTHING})
    day = datetime.combine(date(2030, 6, 3), datetime.min.time(), UTC)
    spans = [(day + timedelta(hours=8), day + timedelta(hours=15))]
    session = schedule_session(course=course, days=spans, by=None, trainer=None, capacity=SEATS)
    over = datetime.now(UTC) - timedelta(days=2)
    session.days.update(starts_at=over - timedelta(hours=7), ends_at=over)
    Session.objects.filter(pk=session.pk).update(starts_at=over - timedelta(hours=7), ends_at=over)
    people = Person.objects.bulk_create(Person(name=f"Somebody Number {n}") for n in range(SEATS))
    bookings = Booking.objects.bulk_create(
        Booking(
            session=session, buyer=one, status="completed", cancellation_policy=[], contact_name=one.name,
            confirmed_at=over,
        )
        for one in people
    )  # fmt: skip
    seats = Attendee.objects.bulk_create(
        Attendee(booking=booking, person=booking.buyer, name=booking.contact_name, position=1) for booking in bookings
    )
    marks = [Mark(attendee_id=seat.pk, status=AttendanceStatus.ATTENDED) for seat in seats]
    mark_attendance(day=session.days.get(), marks=marks, by=None)
    Session.objects.filter(pk=session.pk).update(status="completed", finished_at=over)
    return session.pk


def _certificates(key: UUID, worker: processes.Child) -> Iterator[Figure]:
    from shared_apps.web.pdf import pdf_available
    from tenant_apps.certificates.bulk import issue_to_all
    from tenant_apps.certificates.models import Certificate
    from tenant_apps.scheduling.models import Session

    if not pdf_available():
        return
    time.sleep(15)  # what a start does
    began = time.monotonic()
    job = issue_to_all(Session.objects.get(pk=key), by=_owner())
    early, most = 0.0, 0.0
    while not _is_over(job) and time.monotonic() - began < 2 * LONGEST:
        time.sleep(0.5)
        made, held = Certificate.objects.filter(session=key).count(), _memory(worker)
        if made >= SEATS // 5:
            early, most = early or held, max(most, held)
    took = time.monotonic() - began
    made = Certificate.objects.filter(session=key).count()
    if made != SEATS or not early:
        raise RuntimeError(f"{made} certificates were made of {SEATS}.")
    how = "Issued, drawn and packed into one ZIP by a worker of two processes, from the press of the button"
    yield Figure(f"{SEATS} certificates at once", took, "s", LONGEST, how)
    how = f"The most memory of the worker's processes from the {SEATS // 5}th certificate on, against then"
    told = f"{most / 1e6:.0f} MB to {early / 1e6:.0f} MB"
    yield Figure(f"Memory of {SEATS} certificates", most / early, "×", 1.15, how, told)


def _is_over(job: "Job") -> bool:
    job.refresh_from_db()
    return job.finished_at is not None


def _memory(worker: processes.Child) -> float:
    """Bytes that belong to the worker's processes alone."""
    parent = psutil.Process(worker.process.pid)
    return sum(one.memory_full_info().uss for one in [parent, *parent.children(recursive=True)])


if __name__ == "__main__":
    for figure in figures():
        sys.stdout.write(json.dumps(asdict(figure)) + "\n")
        sys.stdout.flush()
