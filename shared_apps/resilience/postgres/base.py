"""Django's Postgres backend below django-tenants'. Connections keep tenants apart, have time limits, and are alive."""

import select
from datetime import UTC
from typing import Any

import psycopg
from django.conf import settings
from django.db.backends.postgresql import base

from shared_apps.resilience.circuit_breaker import circuit
from shared_apps.resilience.pooler import forget_proof, require_safe_pooler
from shared_apps.resilience.postgres.instants import InstantLoader


class DatabaseWrapper(base.DatabaseWrapper):
    """Connections to a server that keeps tenants apart, with `settings.DATABASE_LIMITS` in force.

    After a restart of Postgres each dead connection of the pool would fail one request.

    Asking the server before each use would cost a round trip. Looking whether something unread lies in the
    socket costs nothing: on an idle line that is the server's farewell.

    While the server is away one request waits for a connection now and then; the others fail at once, so
    that no request waits several times and no thread is missing for those who need no database.
    """

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        if self.timezone is UTC:
            params["context"].register_loader("timestamptz", InstantLoader)
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> psycopg.Connection:
        pool = self.pool
        if not pool:
            require_safe_pooler(conn_params)
            return super().get_new_connection(conn_params)
        breaker = circuit("postgres", pause=1)
        if not breaker.allows():
            raise psycopg.OperationalError("the database did not answer a moment ago")
        try:
            require_safe_pooler(conn_params)
            connection = super().get_new_connection(conn_params)
            while has_ended(connection):
                connection.close()
                pool.putconn(connection)  # which replaces it
                forget_proof(conn_params)
                require_safe_pooler(conn_params)
                connection = super().get_new_connection(conn_params)
        except psycopg.OperationalError:
            breaker.failed()
            raise
        breaker.succeeded()
        return connection

    def _configure_connection(self, connection: psycopg.Connection) -> bool:
        # Set after connecting and not by the startup parameter `options`, which poolers refuse or ignore.
        super()._configure_connection(connection)  # type: ignore[misc]  # its stubs are of another Django
        set_limits(connection)
        return True


def set_limits(connection: psycopg.Connection) -> None:
    """Put `settings.DATABASE_LIMITS`, in milliseconds by name, in force on a psycopg connection."""
    if settings.DATABASE_LIMITS:
        each = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in settings.DATABASE_LIMITS.items())
        connection.execute(f"SELECT {each}")


def has_ended(connection: psycopg.Connection) -> bool:
    """Whether the server has hung up on this idle psycopg connection, or said something that nobody asked for."""
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(poll.poll(0))
