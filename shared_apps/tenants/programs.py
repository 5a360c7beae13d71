"""Postgres's own programs, run against the database of this process."""

import os
import subprocess
from pathlib import Path

from django.conf import settings
from psycopg.conninfo import make_conninfo

from shared_apps.core.db import connection

OURS = {"autocommit", "context", "cursor_factory", "password", "pool", "prepare_threshold"}  # psycopg's, not libpq's


class ProgramFailed(Exception):
    """A program is missing, or ended with an error; its message is what it said."""


def run_program(name: str, *arguments: str, seconds: float | None = None) -> str:
    """What `pg_dump` or `pg_restore` writes, told where our database is.

    The programs are looked for where PG_DUMP is. The password is not on the command line, where every user of the
    machine could read it. Raises `ProgramFailed`.
    """
    program = str(Path(settings.PG_DUMP).with_name(name))
    params = {key: value for key, value in connection.get_connection_params().items() if key not in OURS}
    where = f"--dbname={make_conninfo(**params)}"
    env = {"PATH": os.environ.get("PATH", os.defpath), "PGPASSWORD": connection.settings_dict["PASSWORD"]}
    try:
        done = subprocess.run(
            [program, where, *arguments],
            env={key: value for key, value in env.items() if value},
            capture_output=True,
            text=True,
            timeout=seconds,
        )
    except FileNotFoundError:
        raise ProgramFailed(f"The program {program} is missing. Install postgresql-client, or set PG_DUMP.") from None
    if done.returncode:
        raise ProgramFailed(f"{name} failed: {done.stderr.strip()}")
    return done.stdout
