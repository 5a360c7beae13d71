"""Icons are drawn from their library's archive, which is opened once."""

import pytest
from lucide.templatetags.lucide import lucide

from shared_apps.web.icons import NoSuchIcon, draw


@pytest.mark.parametrize("name", ["calendar", "a-arrow-down", "user-round-check"])
def test_an_icon_looks_as_its_library_draws_it(name):
    theirs = lucide(name, size=20, **{"class": "lucide mt-1", "aria_hidden": "true"})
    assert draw(name, size=20, css="mt-1") == theirs


def test_a_name_that_nobody_drew_is_refused():
    with pytest.raises(NoSuchIcon, match="no-such-thing"):
        draw("no-such-thing", size=20)
