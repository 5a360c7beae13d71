"""Booking through the API at concurrency 8, against the bare transaction that it can't do without."""

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from bench.client import Ask, send
from bench.figures import Figure, Pair
from bench.pages import address, bookings
from bench.reference import Reference
from bench.site import Cpu, Site

CONCURRENCY = 8
BOOKINGS = 600
FILLED = 50_000
ROUNDS = 5
BODY = {"sessionId": "01975f3c-91b2-7c55-8d0e-51c2b8a7f3d9"}  # what the bare view is sent

BARE_TABLES = """
DROP SCHEMA IF EXISTS bare CASCADE;
CREATE SCHEMA bare;
CREATE TABLE bare.session (LIKE {schema}.scheduling_session INCLUDING ALL);
CREATE TABLE bare.booking (LIKE {schema}.bookings_booking INCLUDING ALL,
                           FOREIGN KEY (session_id) REFERENCES bare.session);
INSERT INTO bare.session SELECT * FROM {schema}.scheduling_session WHERE id = '{session}';
"""
# Lock the row, check, insert, update: what no way of selling a seat can do without.
BARE = """
BEGIN;
SELECT capacity - booked_spots FROM bare.session WHERE id = '{session}' FOR UPDATE;
INSERT INTO bare.booking (id, created_at, reference, session_id, buyer_id, seats, status, contact_name, contact_phone,
                          company, special_requests, internal_notes, cancellation_policy, cancel_reason)
VALUES (gen_random_uuid(), now(), left(gen_random_uuid()::text, 12), '{session}', gen_random_uuid(), 1, 'pending',
        'A buyer', '', '', '', '', '[]', '');
UPDATE bare.session SET booked_spots = booked_spots + 1 WHERE id = '{session}' AND booked_spots < capacity;
COMMIT;
"""


def measure(site: Site, reference: Reference) -> Iterator[Figure]:
    """CPU of a booking in web and Postgres, and of Postgres against the bare transaction."""
    from shared_apps.tenants.context import public_context, tenant_context
    from shared_apps.tenants.models import Tenant

    with public_context():
        tenant = Tenant.objects.get(slug="bristol-gas-training")
    with tenant_context(tenant):
        warm, full, *quiet = [_session() for _ in range(ROUNDS + 2)]
        students, office = _students(BOOKINGS), _office()
        _fill(full, FILLED)
    _bookings(site, students, warm)  # until each connection has planned its statements
    reference.take(site, Ask(address("bookings") + "?pageSize=1", headers=office), "booking")
    # In turn, for the machine is not equally fast all the time; the least of a figure is what it costs.
    rounds = [
        (
            _bookings(site, students, session),
            _bare(site, tenant.schema_name, session),
            _bookings(site, students[n::ROUNDS], full),
            reference.milliseconds("/drf/booking", count=BOOKINGS, concurrency=CONCURRENCY, body=BODY),
        )
        for n, session in enumerate(quiet)
    ]
    spent, transaction = sorted(one.both for one, *_ in rounds), min(bare for _, bare, _, _ in rounds)
    least = Pair(spent[0], transaction + min(view for *_, view in rounds))
    how = (
        f"CPU of the web and Postgres processes for each of {BOOKINGS} bookings, {CONCURRENCY} at a time, two workers,"
        " against a bare view of DRF and the bare transaction together;"
        f" the best of {ROUNDS} times, the worst was {spent[-1]:.1f} ms"
    )
    yield Figure("A booking by API", least.ratio, "×", 11.7, how, str(least))
    ratio = median(one.postgres / bare for one, bare, _, _ in rounds)
    how = "CPU of Postgres against pgbench on copies of the same two tables"
    absolute = f"{min(one.postgres for one, *_ in rounds):.2f} ms to {transaction:.2f} ms"
    yield Figure("A booking, Postgres against the bare transaction", ratio, "×", 4, how, absolute)
    how = f"Against the booking above; the session has {FILLED} bookings, half of them live"
    ratio = median(many.both / few.both for few, _, many, _ in rounds)
    yield Figure("A booking where there are many", ratio, "×", 1.1, how)
    yield from bookings(site, reference, office, FILLED)


def _bookings(site: Site, students: list[str], session: Any) -> Cpu:
    """CPU milliseconds for each booking of one seat by each student."""
    asks = [
        Ask(
            address("bookings"),
            "POST",
            {"Authorization": f"Bearer {token}", "Idempotency-Key": f"{session.pk}-{number}"},
            {"sessionId": str(session.pk)},
        )
        for number, token in enumerate(students)
    ]
    before = site.cpu()
    send(site.port, asks, concurrency=CONCURRENCY).all_are(201)
    spent = site.cpu() - before
    return Cpu(spent.web / len(asks) * 1000, spent.postgres / len(asks) * 1000)


def _bare(site: Site, schema: str, session: Any, count: int = 4000) -> float:
    """CPU milliseconds of Postgres for the bare transaction, by pgbench with as many clients."""
    _psql(site, BARE_TABLES.format(schema=schema, session=session.pk))
    script = site.folder / "bare.sql"
    script.write_text(BARE.format(session=session.pk))
    before = site.cpu()
    command = [str(site.postgres.programs / "pgbench"), "-n", "-f", str(script), "-c", str(CONCURRENCY), "-j", "2"]
    command += ["-t", str(count // CONCURRENCY), site.env["DATABASE_URL"]]
    subprocess.run(command, check=True, capture_output=True)
    return (site.cpu() - before).postgres / count * 1000


def _psql(site: Site, sql: str) -> None:
    import psycopg

    with psycopg.connect(site.env["DATABASE_URL"], autocommit=True) as line:
        line.execute(sql.encode())


def _session() -> Any:
    from tenant_apps.scheduling.models import Session

    like = Session.objects.public().bookable().filter(course__price__gt=0).select_related("course").first()
    assert like
    begins = like.starts_at + timedelta(days=300)
    return Session.objects.create(
        course=like.course, place=like.place, capacity=32_000, starts_at=begins, ends_at=begins + timedelta(hours=8),
        price=Decimal("480.00"),
    )  # fmt: skip


def _students(count: int) -> list[str]:
    from shared_apps.accounts import tokens
    from shared_apps.accounts.services import create_user

    people = [create_user(email=f"s{n}@bench.test", name=f"Student {n}", verified=True) for n in range(count)]
    return [tokens.issue(user)["access_token"] for user in people]


def _office() -> dict[str, str]:
    """What the office sends to say who it is."""
    from shared_apps.accounts import tokens
    from shared_apps.accounts.services import create_user

    user = create_user(email="office@bench.test", name="The office", roles=["owner"], verified=True)
    return {"Authorization": f"Bearer {tokens.issue(user)['access_token']}"}


def _fill(session: Any, count: int) -> None:
    """So many bookings on one session, as rows."""
    from django.db import connection

    from tenant_apps.bookings.models import Booking
    from tenant_apps.people.models import Person
    from tenant_apps.scheduling.models import Session

    buyers = [Person(name=f"Buyer {n}", email=f"b{n}@bench.test") for n in range(count)]
    people = Person.objects.bulk_create(buyers, 5000)
    rows = [
        Booking(session=session, buyer=person, status="cancelled" if n % 2 else "pending", contact_name=person.name,
                reference=f"F{n}", cancellation_policy=[], cancelled_at=session.starts_at if n % 2 else None)
        for n, person in enumerate(people)
    ]  # fmt: skip
    Booking.objects.bulk_create(rows, 5000)
    Session.objects.filter(pk=session.pk).update(seats_taken=count // 2)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # what autovacuum would have done within a minute
