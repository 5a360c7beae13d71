"""Calendars as the programs of people read them."""

from collections.abc import Callable
from typing import Any

import pytest
from icalendar import Calendar

from tenant_apps.feeds.links import ways_of
from tests.bookings.conftest import in_site
from tests.office.conftest import desk  # noqa: F401


def address(feed: Any) -> str:
    """The path of a feed's link."""
    return in_site(ways_of(feed).url)


class Reader:
    """A calendar program that subscribed to one link."""

    def __init__(self, client: Any, url: str) -> None:
        self.client, self.url = client, url

    def look(self, **headers: str) -> Any:
        """The answer, whatever it is."""
        return self.client.get(self.url, headers=headers)

    def text(self) -> str:
        """The file, without its folded lines."""
        answer = self.look()
        assert answer.status_code == 200
        unfolded: str = answer.content.decode().replace("\r\n ", "")
        return unfolded

    def events(self) -> list[Any]:
        """Its events in order."""
        calendar = Calendar.from_ical(self.look().content)
        return [part for part in calendar.walk() if part.name == "VEVENT"]


@pytest.fixture
def subscribe(tenant: Any, client_of: Callable[..., Any]) -> Callable[[Any], Reader]:
    """`subscribe(feed)`: a program that has its link."""
    return lambda feed: Reader(client_of(tenant), address(feed))
