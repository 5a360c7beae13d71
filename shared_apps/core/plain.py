"""Values as plain text, alike however they were typed: to compare them, and to keep in the history."""

from datetime import date, time
from decimal import Decimal


def plain_value(value: object) -> str:
    """`value` as text: nothing is "", 5.00 is "5", dates and times are ISO 8601, a list has a line for each item."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple | set):
        return "\n".join(plain_value(one) for one in value)
    return "\n".join(str(value).strip().splitlines())
