"""What templates do with numbers."""

import pytest

from shared_apps.web.templatetags.muster import tel


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("07700 900003", "tel:07700900003"),
        ("+44 (0)117 496 0000", "tel:+441174960000"),
        ("(0)117 496 0000", "tel:01174960000"),
        ("0117-496.0000 ext 5", "tel:01174960000"),
        ("*#06#", "tel:*#06#"),
        ("", "tel:"),
    ],
)
def test_a_number_as_people_write_it_becomes_one_that_a_phone_dials(written: str, dialled: str) -> None:
    assert tel(written) == dialled


def test_a_number_cannot_leave_its_attribute() -> None:
    assert tel('07700" onclick="x') == "tel:07700"
