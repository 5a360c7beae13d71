"""Dates by a rule: as the standard for calendars has them, skipped ones not counted, at the same hour on the clock."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import MO, WEEKLY, rrule
from hypothesis import given
from hypothesis import strategies as st

from tenant_apps.scheduling.errors import ClockChange
from tenant_apps.scheduling.plan import Hours
from tenant_apps.scheduling.recurrence import MOST_DATES, Rule, RuleRefused

FIRST = date(2027, 1, 4)  # a Monday
days = st.dates(date(2026, 1, 1), date(2031, 12, 31))
weekdays = st.frozensets(st.integers(0, 6), min_size=1)
every = st.integers(1, 12)
some = st.lists(st.integers(0, 40), max_size=12)
ZONES = [ZoneInfo(name) for name in ("Europe/London", "Africa/Nairobi", "America/New_York", "Australia/Lord_Howe")]


def standard(rule, *, count):
    """The first `count` dates of a rule without an end and with nothing skipped, by another program."""
    begins = datetime.combine(rule.first, time.min)
    found = rrule(WEEKLY, interval=rule.every, byweekday=sorted(rule.weekdays), dtstart=begins, count=count, wkst=MO)
    return [moment.date() for moment in found]


@given(weekdays, days, every, st.integers(1, 30), some, some)
def test_so_many_dates_take_place_and_those_skipped_are_not_counted(chosen, first, weeks, count, by_hand, closed):
    dates = standard(Rule(chosen, first, weeks), count=120)
    skipped, holidays = {dates[n] for n in by_hand}, {dates[n] for n in closed}
    rule = Rule(chosen, first, weeks, count=count, skipped=frozenset(skipped))
    found = rule.occurrences(lambda day: "Holiday" if day in holidays else "")
    assert [one.day for one in found if not one.skipped] == [
        day for day in dates if day not in skipped | holidays
    ][:count]  # fmt: skip
    assert [one.day for one in found] == dates[: len(found)]
    assert not found[-1].skipped
    assert {one.day for one in found if one.skipped} <= skipped | holidays


@given(weekdays, days, every, st.integers(0, 300))
def test_until_a_day_that_is_included(chosen, first, weeks, long):
    until = first + timedelta(days=long)
    dates = [day for day in standard(Rule(chosen, first, weeks), count=310) if day <= until]
    rule = Rule(chosen, first, weeks, until=until)
    if 0 < len(dates) <= MOST_DATES:
        assert [one.day for one in rule.occurrences()] == dates
    else:
        with pytest.raises(RuleRefused) as refused:
            rule.occurrences()
        assert refused.value.field == "until"


@given(weekdays, days, every, st.integers(1, 30), st.integers(1, 20))
def test_it_goes_on_where_it_ended_as_if_it_had_been_longer(chosen, first, weeks, count, more):
    last = Rule(chosen, first, weeks, count=count).occurrences()[-1].day
    going_on = Rule(chosen, first, weeks, count=count).following(last, more)
    assert [one.day for one in going_on] == standard(Rule(chosen, first, weeks), count=count + more)[count:]


@given(weekdays, days, every, st.sampled_from(ZONES), st.times(), st.integers(30, 600))
def test_the_clock_shows_the_same_hour_on_every_date(chosen, first, weeks, zone, begins, minutes):
    begins = begins.replace(second=0, microsecond=0, fold=0)
    ends = (datetime.combine(first, begins) + timedelta(minutes=minutes)).time()
    hours = Hours(begins, ends, overnight=ends <= begins)
    for one in Rule(chosen, first, weeks, count=40).occurrences():
        try:
            span = hours.on(one.day, zone)
        except ClockChange:
            continue  # an hour that this day skips or has twice: the office is told, and nothing is shifted
        local = [moment.astimezone(zone) for moment in span]
        assert [moment.time() for moment in local] == [begins, ends]
        assert local[0].date() == one.day


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (Rule(frozenset(), FIRST, count=3), "weekdays"),
        (Rule(frozenset({7}), FIRST, count=3), "weekdays"),
        (Rule(frozenset({0}), FIRST, 0, count=3), "every"),
        (Rule(frozenset({0}), FIRST, 13, count=3), "every"),
        (Rule(frozenset({0}), FIRST), "count"),
        (Rule(frozenset({0}), FIRST, count=3, until=FIRST), "count"),
        (Rule(frozenset({0}), FIRST, count=0), "count"),
        (Rule(frozenset({0}), FIRST, count=MOST_DATES + 1), "count"),
        (Rule(frozenset({0}), FIRST, until=FIRST - timedelta(days=1)), "until"),
        (Rule(frozenset({0}), FIRST, until=FIRST + timedelta(days=3000)), "until"),
        (Rule(frozenset({1}), FIRST, until=FIRST), "until"),
        (Rule(frozenset(range(7)), FIRST, until=FIRST + timedelta(days=MOST_DATES)), "until"),
        (Rule(frozenset({0}), date.max, count=2), "first"),
        (Rule(frozenset({0}), date.min, count=2), "first"),
        (Rule(frozenset({0}), FIRST, until=FIRST, skipped=frozenset({FIRST})), "until"),
    ],
)
def test_a_rule_that_says_too_little_or_too_much_is_refused_at_its_field(rule, field):
    with pytest.raises(RuleRefused) as refused:
        rule.occurrences()
    assert refused.value.field == field


def test_where_everything_is_closed_it_ends_all_the_same():
    with pytest.raises(RuleRefused):
        Rule(frozenset({0}), FIRST, count=3).occurrences(lambda day: "For ever")
    with pytest.raises(RuleRefused):
        Rule(frozenset({0}), FIRST, count=3).following(FIRST, 1, lambda day: "For ever")
