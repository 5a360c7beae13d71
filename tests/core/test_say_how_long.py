"""How long somebody has to wait, as a person would say it."""

import pytest

from shared_apps.core.time import how_long


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1, "a minute"), (60, "a minute"), (61, "2 minutes"), (2455, "41 minutes"), (6001, "2 hours"), (10800, "3 hours")],
)
def test_a_wait_is_said_in_words_and_never_too_short(seconds, said):
    assert how_long(seconds) == said
