"""Numbers in what others send are read, or are none: never an error of ours."""

import re

import pytest

from shared_apps.core.digits import whole_number
from tests.support.sources import sources


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("7", 7), ("100", 100), ("007", 7), ("0" * 5000 + "1", 1), ("101", None), ("0000101", None),
     ("-1", None), ("", None), (None, None), (" 7", None), ("7\n", None), ("+7", None), ("7.0", None),
     ("1_0", None), ("1e1", None), ("²", None), ("①", None), ("٧", None), ("７", None), ("9" * 5000, None)],
)  # fmt: skip
def test_a_number_in_its_bounds_is_read_and_all_else_is_none(text, number):
    assert whole_number(text, 0, 100) == number


def test_a_minus_is_read_where_there_are_such_numbers():
    assert whole_number("-100123", -(10**17), 10**17) == -100123


def test_nothing_else_takes_digits_for_a_number():
    """`isdigit` is true for ², at which `int` raises, as it does at thousands of digits."""
    asked = re.compile(r"\.is(?:digit|decimal|numeric)\(\)(?:.*\n){0,3}?.*\bint\(")
    assert [path for path, text in sources() if asked.search(text)] == []
