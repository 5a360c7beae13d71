"""Whatever colours a provider picks, its pages can be read."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenant_apps.branding.colour import contrast, from_hex
from tenant_apps.branding.palette import (
    DEFAULT_ACCENT,
    DEFAULT_PRIMARY,
    PROMISES,
    brand_css,
    email_colours,
    palette,
)

colours = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}")
AWKWARD = ["#ffffff", "#000000", "#ffff00", "#00ff00", "#ff00ff", "#808080", "#ff8800", "#0000ff", "#7fffd4", "#123456"]


def broken_promises(primary, accent):
    chosen = palette(primary, accent)
    return [
        (mode, top, below, round(contrast(theme[top], theme[below]), 2))
        for mode, theme in (("light", chosen.light), ("dark", chosen.dark))
        for top, below, least in PROMISES
        if contrast(theme[top], theme[below]) < least
    ]


@pytest.mark.parametrize("primary", AWKWARD)
def test_an_awkward_brand_colour_still_gives_readable_pages(primary):
    assert broken_promises(primary, None) == []


@settings(max_examples=40, deadline=None)
@given(primary=colours, accent=st.none() | colours)
def test_any_brand_colours_give_readable_pages_in_light_and_dark(primary, accent):
    assert broken_promises(primary, accent) == []


def test_a_readable_brand_colour_is_used_as_it_was_given():
    assert palette("#0f5f4f").hex("primary") == "#0f5f4f"


@given(value=colours)
def test_a_colour_survives_the_way_to_oklch_and_back(value):
    assert from_hex(value).hex() == value


@pytest.mark.parametrize("value", ["red", "#fff", "#12345g", "", "#0000000", "javascript:1"])
def test_what_is_not_a_colour_is_refused(value):
    with pytest.raises(ValueError, match="not a colour"):
        palette(value)


def test_the_stylesheet_covers_light_dark_and_the_reader_s_preference():
    css = brand_css(palette("#b3261e"), "figtree", "fraunces")
    assert css.count("--color-primary:") == 3
    assert "prefers-color-scheme:dark" in css
    assert "[data-theme=dark]" in css
    assert '"Fraunces Variable"' in css


def test_an_unknown_font_cannot_write_into_the_stylesheet():
    assert "evil" not in brand_css(palette("#b3261e"), 'evil"}', "evil;")


def test_emails_get_plain_hex_colours():
    assert all(re.fullmatch("#[0-9a-f]{6}", value) for value in email_colours(palette("#0b57d0")).values())


def test_the_default_theme_in_the_stylesheet_is_the_default_palette():
    theme = Path(__file__).parents[2] / "styles" / "theme.css"
    assert brand_css(palette(DEFAULT_PRIMARY, DEFAULT_ACCENT)) in theme.read_text()
