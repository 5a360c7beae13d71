"""Django's Postgres backend below django-tenants', with a pool that never lends a line the server has hung up on."""

import select
from typing import Any

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """After a restart of Postgres each dead connection would else fail one request.

    Asking the server before each use would cost a round trip. Looking whether something unread lies in the
    socket costs nothing: on an idle line that is the server's farewell.
    """

    def get_new_connection(self, conn_params: Any) -> Any:
        connection = super().get_new_connection(conn_params)
        pool = self.pool
        while pool and has_ended(connection):
            connection.close()
            pool.putconn(connection)  # which replaces it
            connection = super().get_new_connection(conn_params)
        return connection


def has_ended(connection: Any) -> bool:
    """Whether the server has hung up on this idle psycopg connection, or said something that nobody asked for."""
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(poll.poll(0))
