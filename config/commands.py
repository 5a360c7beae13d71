"""The commands of `manage.py`: ours and Django's, without those of libraries that do not fit how tenants work here."""

import sys

from django.core.management import ManagementUtility
from django.core.management.base import BaseCommand
from django.db import OperationalError, ProgrammingError
from psycopg.errors import UndefinedColumn, UndefinedTable

INSTEAD = {
    "all_tenants_command": "",
    "changepassword": "Ask for a new password where one signs in, or see: create_operator, invite_owner.",
    "clone_tenant": "See: backup_tenant, restore_tenant.",
    "collectstatic_schemas": "See: collectstatic.",
    "create_domain": "See: add_domain.",
    "create_missing_schemas": "See: create_tenant, tenant_health.",
    "create_tenant_superuser": "See: invite_owner.",
    "createsuperuser": "See: create_operator.",
    "flush": "See: delete_tenant.",
    "migrate": "See: migrate_tenants, which brings public and every tenant up to date.",
    "migrate_schemas": "See: migrate_tenants.",
    "rename_schema": "A tenant's slug and schema stay for ever.",
    "sqlflush": "",
    "tenant_command": "",
}


class Commands(ManagementUtility):
    """Django's utility, which answers with a sentence what is not used here, and what no command can help.

    The latter is a database that is away, lacks tables, or is behind a pooler that mixes up tenants, and a file or
    folder that can't be used. With `--traceback` it is shown where that was met.
    """

    def execute(self) -> None:
        try:
            super().execute()
        except (OperationalError, ProgrammingError, OSError) as error:
            sentence = _sentence(error)
            if "--traceback" in self.argv or not sentence:
                raise
            sys.stderr.write(f"{sentence}\n")
            sys.exit(1)

    def fetch_command(self, subcommand: str) -> BaseCommand:
        if subcommand in INSTEAD:
            sys.stderr.write(f"{subcommand} is not used with Muster. {INSTEAD[subcommand]}".rstrip() + "\n")
            sys.exit(1)
        return super().fetch_command(subcommand)

    def main_help_text(self, commands_only: bool = False) -> str:
        lines = super().main_help_text(commands_only).splitlines()
        return "\n".join(line for line in lines if line.strip() not in INSTEAD)


def _sentence(error: OperationalError | ProgrammingError | OSError) -> str:
    """What to tell a person; nothing if it is an error of ours."""
    from shared_apps.resilience.checks import no_connection
    from shared_apps.resilience.pooler import UnsafePooler

    if isinstance(error, OSError):
        return f"{error.filename} can't be used: {error.strerror}." if error.filename else str(error)
    cause = error.__cause__ or error
    if isinstance(cause, UndefinedTable | UndefinedColumn):
        said = cause.diag.message_primary or "it is empty"
        return f"The database is not as this release needs it ({said}). First run: manage.py migrate_tenants"
    if isinstance(error, ProgrammingError):
        return ""
    if isinstance(cause, UnsafePooler) or getattr(cause, "sqlstate", None):
        return str(error)
    return no_connection(cause)
