"""How instants are read from Postgres."""

from datetime import UTC, datetime

from django.db.backends.postgresql.psycopg_any import BaseTzLoader


class InstantLoader(BaseTzLoader):
    """An instant in UTC. A list has hundreds, and Django's own loader takes each apart by a regular expression."""

    timezone = UTC

    def load(self, data: bytes) -> datetime:
        try:
            found = datetime.fromisoformat(bytes(data).decode())
        except ValueError:  # of a year that Python has no dates for
            return super().load(data)
        return found if found.tzinfo is UTC else found.astimezone(UTC)
