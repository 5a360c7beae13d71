"""Small pieces of pages are drawn once for each of their values, and show those values."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import engines

from shared_apps.web.templatetags.pieces import _draw


def drawn(template: str, **context: object) -> str:
    return " ".join(engines["django"].from_string(template).render(context).split())


@pytest.mark.parametrize(
    ("left", "said"),
    [(0, "Full"), (1, "1 seat left"), (2, "2 seats left"), (3, "3 seats free")],
)
def test_the_last_seats_are_called_the_last(left, said):
    assert said in drawn("{% seats_left n %}", n=left)
    assert "Not taking bookings" in drawn("{% seats_left n closed=True %}", n=left)


def test_a_price_is_in_the_currency_that_is_named_or_in_pounds():
    assert "£480" in drawn("{% price amount %}", amount=Decimal("480.00"))
    assert "1,500" in drawn('{% price amount currency="KES" %}', amount=Decimal(1500))
    assert "Free" in drawn("{% price amount %}", amount=Decimal(0))
    assert "On request" in drawn("{% price amount %}", amount=None)


def test_a_moment_and_its_day_are_the_same_sheet_of_a_calendar():
    sheets = {drawn("{% date_block at %}", at=at) for at in (date(2030, 3, 4), datetime(2030, 3, 4, 9, tzinfo=UTC))}
    assert len(sheets) == 1
    assert 'datetime="2030-03-04"' in sheets.pop()


def test_what_a_piece_shows_is_escaped():
    assert "&lt;i&gt;" in drawn("{% price amount per=words %}", amount=Decimal(5), words="<i>")


def test_a_piece_is_drawn_once_for_its_values():
    drawn("{% seats_left 77 %}")
    before = _draw.cache_info().misses
    assert "77 seats free" in drawn("{% seats_left 77 %}")
    assert _draw.cache_info().misses == before


def test_what_stands_twice_on_a_page_is_drawn_once():
    assert drawn("{% drawn as links %}<a>{{ word }}</a>{% enddrawn %}{{ links }}{{ links }}", word="&") == (
        "<a>&amp;</a><a>&amp;</a>"
    )
