"""Charts: heights are true to their values, and the scale is one that reads well."""

from decimal import Decimal

import pytest

from shared_apps.web.charts import Chart, Point, round_above


def chart(*values, **more):
    return Chart([Point(f"w{n}", Decimal(value)) for n, value in enumerate(values)], **more)


def test_a_bar_is_as_high_as_its_share_of_the_scale():
    drawn = chart(100, 50, 0, -20)
    assert drawn.top == 100
    assert [mark.high for mark in drawn.marks] == [1000, 500, 0, 0]
    assert all(mark.y + mark.high == 1000 for mark in drawn.marks)


@pytest.mark.parametrize(
    ("value", "top"), [("0", 1), ("0.07", "0.08"), ("7", 8), ("10", 10), ("276", 400), ("801", 1000)]
)
def test_the_scale_ends_at_a_number_that_reads_well(value, top):
    assert round_above(Decimal(value)) == Decimal(top)


def test_nothing_at_all_can_be_drawn():
    assert chart().marks == []
    assert chart().line == ""
