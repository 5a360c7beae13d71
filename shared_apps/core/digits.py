"""Whole numbers in what others send: addresses, headers, files. What is typed into a field `typed_numbers` reads."""

import re

# At most 18 digits beside noughts: `int` refuses thousands of them, and `isdigit` takes ², which is no number to it.
WHOLE = re.compile(r"(-?)0*([0-9]{1,18})")


def whole_number(text: str | None, least: int, most: int) -> int | None:
    """The number in `text`, which is nothing but ASCII digits, perhaps behind a minus; None if it is not in bounds."""
    found = WHOLE.fullmatch(text or "")
    if found is None:
        return None
    number = int(found[1] + found[2])
    return number if least <= number <= most else None
