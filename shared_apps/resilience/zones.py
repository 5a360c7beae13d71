"""Whether Postgres and Python mean the same by a time zone. Each has rules of its own, updated at other times."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from zoneinfo import ZoneInfo

from shared_apps.core.db import connection


def versions() -> str:
    """Where both have their rules from, for a person to read."""
    try:
        ours = f"tzdata {version('tzdata')}"
    except PackageNotFoundError:
        ours = "the system's zoneinfo"
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version')")
        theirs = cursor.fetchone()[0]
    return f"Python: {ours} (or the system's, which goes first); Postgres: the rules of {theirs}"


def differences(zones: Iterable[str], *, first: datetime, years: int) -> list[str]:
    """The instants, every six hours for `years` years, at which the two read another time off the wall."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_timezone_names WHERE name = ANY(%s)", [list(zones)])
        known = {name for (name,) in cursor.fetchall()}
        found = [f"{zone}: Postgres does not know it" for zone in zones if zone not in known]
        for zone in sorted(known):
            cursor.execute(
                "SELECT t, extract(epoch FROM (t AT TIME ZONE %s) - (t AT TIME ZONE 'UTC'))::int "
                "FROM generate_series(%s::timestamptz, %s::timestamptz, interval '6 hours') t",
                [zone, first, first + timedelta(days=365 * years)],
            )
            ours = ZoneInfo(zone)
            for instant, seconds in cursor.fetchall():
                offset = instant.astimezone(UTC).astimezone(ours).utcoffset()
                if offset is None or offset.total_seconds() != seconds:
                    found.append(f"{zone} at {instant.astimezone(UTC):%Y-%m-%d %H:%M} UTC")
                    break
    return found
