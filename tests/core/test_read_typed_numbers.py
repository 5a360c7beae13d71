"""A number means what whoever typed it meant, with a point or a comma, or it is refused."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from shared_apps.core.typed_numbers import read_number


@pytest.mark.parametrize(
    ("typed", "number"),
    [("1,50", "1.50"), ("1.50", "1.50"), ("12,5", "12.5"), ("1,500", "1500"), ("1.500,00", "1500"), ("0,500", "0.5"),
     ("1,500.00", "1500"), ("1 500", "1500"), ("1\u202f500,5", "1500.5"), ("1'500.50", "1500.5"),
     ("1,50,000", "150000"),
     ("1,234,567", "1234567"), ("1.234.567", "1234567"), ("£445", "445"), ("445 £", "445"), ("-\u00a31,50", "-1.5"),
     ("\u202a7,5\u202c", "7.5"), (".5", "0.5"), ("5.", "5"), ("007", "7"), ("1.5000", "1.5"), ("10.005", "10.005")],
)  # fmt: skip
def test_a_number_is_read_as_people_write_one(typed, number):
    assert read_number(typed, places=2, sign="£") == Decimal(number)


@pytest.mark.parametrize(
    "typed",
    ["", "£", "1 20", "1,5,0", "1,50.00", "1.50,00", "1,500,00", "1.500.00", "1e3", "NaN", "Infinity", "1--2", "0x10",
     "1,500 000", "0,500,000", "one", "1,2345,678", ".", ",", "5 €", "1_000"],
)  # fmt: skip
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(ValidationError) as refused:
        read_number(typed, places=2, sign="£")
    assert refused.value.code == "invalid"


@pytest.mark.parametrize(
    ("typed", "places", "both"),
    [("1.500", 2, ("1.50", "1500")), ("12.000", 0, ("12", "12000")), ("1,500", 3, ("1.500", "1500")),
     ("1,234", 3, ("1.234", "1234")), ("999.999", 4, ("999.9990", "999999"))],
)  # fmt: skip
def test_what_can_be_read_in_two_ways_is_refused_with_both(typed, places, both):
    with pytest.raises(ValidationError) as refused:
        read_number(typed, places=places)
    assert refused.value.messages == [f"“{typed}” can mean {both[0]} or {both[1]}. Type one of these."]
    for one in both:
        assert read_number(one, places=places) == Decimal(one)


def test_a_point_before_three_digits_stands_before_decimals_where_there_are_three():
    assert read_number("12.500", places=3) == Decimal("12.5")  # dinars, as they are written and as we show them


WRITTEN = [("", "."), ("", ","), (",", "."), (".", ","), (" ", "."), (" ", ","), ("\u00a0", ","), ("’", ".")]


@given(hundredths=st.integers(0, 10**11), by=st.sampled_from(WRITTEN))
def test_every_way_to_write_a_sum_with_its_pennies_means_that_sum(hundredths, by):
    between, before_pennies = by
    text = f"{hundredths // 100:,}".replace(",", between) + before_pennies + f"{hundredths % 100:02}"
    assert read_number(text, places=2) == Decimal(hundredths) / 100


@given(text=st.text("0123456789.,' -+", max_size=12), places=st.integers(0, 3))
def test_a_number_has_the_digits_that_were_typed_and_no_others(text, places):
    try:
        number = read_number(text, places=places)
    except ValidationError:
        return
    typed = "".join(filter(str.isdigit, text))
    kept = "".join(filter(str.isdigit, f"{number:f}"))
    assert kept.strip("0") == typed.strip("0")
