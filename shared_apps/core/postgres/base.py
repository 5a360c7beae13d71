"""Django's Postgres backend below django-tenants', with a pool that never lends a line the server has hung up on."""

import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base

from shared_apps.core.circuit import circuit


class DatabaseWrapper(base.DatabaseWrapper):
    """After a restart of Postgres each dead connection would else fail one request.

    Asking the server before each use would cost a round trip. Looking whether something unread lies in the
    socket costs nothing: on an idle line that is the server's farewell.

    While the server is away one request waits for a connection now and then; the others fail at once, so
    that no request waits several times and no thread is missing for those who need no database.
    """

    def get_new_connection(self, conn_params: Any) -> Any:
        pool = self.pool
        if not pool:
            return super().get_new_connection(conn_params)
        fuse = circuit("postgres", pause=1)
        if not fuse.allows():
            raise psycopg.OperationalError("the database did not answer a moment ago")
        try:
            connection = super().get_new_connection(conn_params)
            while has_ended(connection):
                connection.close()
                pool.putconn(connection)  # which replaces it
                connection = super().get_new_connection(conn_params)
        except psycopg.OperationalError:
            fuse.failed()
            raise
        fuse.succeeded()
        return connection


def has_ended(connection: Any) -> bool:
    """Whether the server has hung up on this idle psycopg connection, or said something that nobody asked for."""
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(poll.poll(0))
