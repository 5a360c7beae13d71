"""Finding people and bookings among many, by what is typed."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from bench.figures import Figure, Pair
from bench.site import ROOT, here, running

PORT = 8294
PEOPLE = 50_000
TURNS = 7
LIMIT = 50  # milliseconds, on the machine that docs/performance.md names
FIRST = [
    "Oliver", "Amelia", "Noah", "Isla", "Łukasz", "Søren", "Zoë", "José", "Fatima", "Chidi", "Ngozi", "Priya", "Arjun",
    "Mei", "Yusuf", "Ada", "Grace", "Maya", "Charlotte", "Henry", "Ivy", "Theodore", "Freya", "Rajesh", "Wanjiru",
]  # fmt: skip
SYLLABLES = [
    "ha", "ar", "ding", "we", "bb", "smi", "th", "jon", "es", "tay", "lor", "bro", "wil", "son", "kha", "an", "pa",
    "tel", "oko", "nkwo", "mul", "ler", "gar", "cia", "mar", "tin", "ev", "cla", "rke", "hug", "hes", "ed", "wards",
    "gre", "en", "tur", "ner", "mo", "rris", "wat", "ker", "rob", "har", "ris", "coo", "per", "phi", "llips", "kin",
    "gs", "ley", "ston", "ford", "ham", "worth", "dale", "bury", "sen", "ski", "vic", "pou", "los", "dez", "qui", "yam",
]  # fmt: skip
# A part of a name, of several things, of a number, of an address; with a wrong letter, in long names and short ones.
TYPED = {
    "harding": "Harding", "a part": "ardin", "a part that many have": "an", "two words": "maya harding",
    "a number": "0117 496 0123", "a part of one": "496 012", "an address": "harding7@",
    "a wrong letter": "hatding", "two that changed places": "hardnig", "a short name with one": "wevb",
    "a first name with one too": "mayq hardnig", "nobody": "xqzjvwk", "a long word": "hardingsmithjonestaylor",
    "several long words": "hardingsmithjonestaylor taylorwilliamsonharding brownwatkinsmorris",
}  # fmt: skip


def measure() -> Iterator[Figure]:
    """The figures, measured by a process of its own on a site of its own."""
    with subprocess.Popen([sys.executable, "-m", "bench.search"], cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        for line in child.stdout:
            yield Figure(**json.loads(line))
    if child.returncode:
        raise RuntimeError("Measuring the search failed.")


def figures() -> Iterator[Figure]:
    """Measure in this process, which becomes one of the site's."""
    with running(PORT, demo=False, workers=1) as site:
        here(site.env)
        from shared_apps.tenants.context import tenant_context
        from shared_apps.tenants.provisioning import create_tenant

        tenant = create_tenant(name="Many people", slug="many", features=["courses"])
        with tenant_context(tenant):
            _fill()
            yield from _found()


def _found() -> Iterator[Figure]:
    from tenant_apps.bookings.finding import find_bookings
    from tenant_apps.bookings.models import Booking
    from tenant_apps.people.finding import find_students
    from tenant_apps.people.models import Student

    def people(text: str) -> list[Any]:
        rows = find_students(Student.objects.all(), text).select_related("person")
        return list(rows.order_by("match", "person__name")[:6])

    def bookings(text: str) -> list[Any]:
        rows = find_bookings(Booking.objects.all(), text, by_email=True)
        return list(rows.select_related("session__course").order_by("match", "-created_at")[:6])

    def every_row(text: str) -> list[Any]:
        return list(Student.objects.filter(person__name__iregex=text).order_by("person__name")[:6])

    for name, find in (("a person", people), ("a booking", bookings)):
        how = f"A part of an address that a third of {PEOPLE:,} have; the least of {TURNS} turns"
        yield Figure(f"Search for {name}, by what many have", _least(find, "example.com"), "ms", 3 * LIMIT, how)
        pairs = {what: Pair(_least(find, text), _least(every_row, "hardin.")) for what, text in TYPED.items()}
        what, slowest = max(pairs.items(), key=lambda pair: pair[1].spent)
        usual = sorted(pair.spent for pair in pairs.values())[len(pairs) // 2]
        among = f"among {PEOPLE:,}, one after the other; the slowest of {len(TYPED)} ways to type it ({what})"
        told = (
            f"{among}; the least of {TURNS} turns, with all that is asked of Postgres. Half of them take {usual:.1f} ms"
        )
        yield Figure(f"Search for {name}", slowest.spent, "ms", LIMIT, told)
        against = f"The same against reading every name once by a regular expression in the same run, {among}"
        yield Figure(f"Search for {name}, to reading all", slowest.ratio, "×", 3, against, str(slowest))


def _least(find: Callable[[str], list[Any]], text: str) -> float:
    def once() -> float:
        began = time.perf_counter()
        find(text)
        return (time.perf_counter() - began) * 1000

    return min(once() for _ in range(TURNS))


def _fill() -> None:
    from django.db import connection

    from tenant_apps.bookings.models import Attendee, Booking, BookingStatus
    from tenant_apps.catalogue.models import Audience, Category, Course
    from tenant_apps.people.models import Person, Student
    from tenant_apps.scheduling.models import Session

    dice = random.Random(5)  # noqa: S311
    last = {"".join(dice.choices(SYLLABLES, k=dice.choice([2, 2, 3, 4]))).title() for _ in range(6_000)}
    last_names = sorted(last | {"Harding", "Webb", "Müller", "García"})
    people, bookings, attendees = [], [], []
    course = Course.objects.create(
        title="Gas", slug="gas", summary="Gas", category=Category.objects.all()[0], audience=Audience.objects.all()[0]
    )
    from datetime import timedelta

    from shared_apps.core.time import now

    at = now() + timedelta(days=30)
    session = Session.objects.create(
        course=course, starts_at=at, ends_at=at + timedelta(hours=2), time_zone="Europe/London", capacity=10
    )
    for n in range(PEOPLE):
        name = f"{dice.choice(FIRST)} {dice.choice(last_names)}"
        email = f"{name.split()[1].lower()}{n}@{dice.choice(['example.com', 'example.org', 'mail.test'])}"
        person = Person(name=name, email=email, phone=f"0117 {dice.randint(200, 999)} {dice.randint(1000, 9999)}")
        people.append(person)
        bookings.append(
            Booking(
                session=session, buyer=person, contact_name=name, contact_email=email, contact_phone=person.phone,
                cancellation_policy=[], status=BookingStatus.EXPIRED,
            )
        )  # fmt: skip
        attendees.append(Attendee(booking=bookings[-1], person=person, name=name, email=email, position=1))
    Person.objects.bulk_create(people, batch_size=2_000)
    Student.objects.bulk_create((Student(person=person) for person in people), batch_size=2_000)
    Booking.objects.bulk_create(bookings, batch_size=2_000)
    Attendee.objects.bulk_create(attendees, batch_size=2_000)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    for figure in figures():
        sys.stdout.write(json.dumps(asdict(figure)) + "\n")
        sys.stdout.flush()
