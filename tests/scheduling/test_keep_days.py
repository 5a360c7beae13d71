"""A day of a session keeps its row for as long as it is one of them: registers and certificates refer to it."""

from datetime import date, time

import pytest
from django.db import connection

from shared_apps.core.time import tenant_zone
from tenant_apps.scheduling.errors import Clash, DayInUse
from tenant_apps.scheduling.plan import instant
from tenant_apps.scheduling.services import schedule_session, update_session
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def on(*days, hours="09:00-17:00"):
    """Spans of April 2030; a day may have hours of its own, as in `5 10:00-12:00`."""
    zone, spans = tenant_zone(), []
    for text in days:
        number, own, *_ = [*str(text).split(), hours]
        begins, ends = (time.fromisoformat(clock) for clock in own.split("-"))
        day = date(2030, 4, int(number))
        spans.append((instant(day, begins, zone), instant(day, ends, zone)))
    return spans


def planned(*days, **details):
    return schedule_session(course=make.course(**details), days=on(*days), by=None)


def rows(session):
    return {day.starts_at.day: day.pk for day in session.days.all()}


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ((5, 7, 9), (6, 8, 10), {5: 6, 7: 8, 9: 10}),  # all move by a day
        ((8, 9, 10), (9, 10, 11), {8: 9, 9: 10, 10: 11}),  # onto each other
        ((5, 7, 9), (5, 9), {5: 5, 9: 9}),
        ((5, 9), (5, 7, 9), {5: 5, 9: 9}),
        ((5, 7, 9), (5, 9, 11), {5: 5, 9: 9, 7: 11}),  # one of them moves past another
        ((5, 7, 9), ("5 10:00-12:00", "7 10:00-12:00", "9 10:00-12:00"), {5: 5, 7: 7, 9: 9}),
        ((5, 7, 9), ("7 10:00-12:00", 9), {7: 7, 9: 9}),
        ((5,), ("5 10:00-12:00", 6), {5: 5}),
        ((5, 7), (12, 14, 16), {5: 12, 7: 14}),
    ],
)
def test_a_day_keeps_its_row_when_the_days_are_saved(before, after, kept):
    session = planned(*before)
    was = rows(session)
    update_session(session, days=on(*after), by=None)
    now_are = rows(session)
    assert {then: now_are[since] for then, since in kept.items()} == {then: was[then] for then in kept}
    assert set(now_are) == {span[0].day for span in on(*after)}


def test_days_may_swap_places_while_nobody_is_ever_in_two():
    trainer = make.trainer()
    session = planned(5, 6, 7, lead_trainer=trainer)
    planned(10, lead_trainer=trainer)
    update_session(session, days=on("5 13:00-17:00", "6 09:00-11:00", 8), by=None)
    was = rows(session)
    with pytest.raises(Clash):
        update_session(session, days=on(8, 9, 10), by=None)
    assert rows(session) == was
    assert session.days.filter(trainer=trainer, live=True).count() == 3


def test_a_day_that_something_refers_to_is_not_dropped():
    session = planned(5, 7)
    was = rows(session)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE register (day uuid REFERENCES scheduling_sessionday)")
        cursor.execute("INSERT INTO register VALUES (%s)", [was[7]])
    with pytest.raises(DayInUse, match="7 Apr 2030"):
        update_session(session, days=on(5), by=None)
    assert rows(session) == was
    update_session(session, days=on(5, 8), by=None)  # moved, it takes along what refers to it
    assert rows(session)[8] == was[7]
