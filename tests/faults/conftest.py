"""One site of its own for all tests of faults in this process; each works with bookings of its own."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config import embedded
from shared_apps.sandbox.switches import reset_switches
from tests.faults.people import Provider
from tests.faults.site import Site


@pytest.fixture(scope="session")
def _site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> Iterator[Site]:
    from tests.conftest import servers
    from tests.support import database

    with django_db_blocker.unblock():
        template = database.prepare(servers, rebuild=request.config.getoption("create_db"))
    url = embedded.database_url(servers.slot, template)
    dump = [embedded.postgres_programs() / "pg_dump", "--no-owner", url]
    dumped = subprocess.run(dump, check=True, capture_output=True).stdout
    folder = Path(servers.folder) / tmp_path_factory.mktemp("faults").name
    site = Site(folder, thorough=request.config.getoption("thorough"))
    try:
        with django_db_blocker.unblock():
            site.start(dumped)
        yield site
    finally:
        site.stop()


@pytest.fixture
def muster(_site: Site, django_db_blocker: Any) -> Iterator[Site]:
    """The site, whole and well when the test begins; the timer stands still until the test starts it."""
    with django_db_blocker.unblock():
        for order in _site.deaths.iterdir():
            order.unlink()
        _site.stripe.mode = "through"
        with _site.rows():
            reset_switches()
        _site.until(_site.well, "the site to be well", seconds=30)
        yield _site
        _site.stop_child("timer")


@pytest.fixture
def provider(muster: Site) -> Provider:
    """Alpha, which takes cards. What an earlier test left undone is due, so that periodic work ends it."""
    provider = Provider(muster)
    provider.time_passes()
    return provider
