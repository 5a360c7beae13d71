"""`python -m tests.support.prepare`: make the database that tests begin with, so that no test has to wait for it."""

import os

import django

from tests.support.servers import Servers


def main() -> None:
    """Make it where the next run will look for it, unless it is there already."""
    servers = Servers()
    servers.start()
    try:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "MUSTER_TEST_RUN": ""}
        django.setup()
        from tests.support import database

        database.prepare(servers, rebuild=False)
    finally:
        servers.stop()


if __name__ == "__main__":
    main()
