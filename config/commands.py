"""The commands of `manage.py`: ours and Django's, without those of libraries that do not fit how tenants work here."""

import sys

from django.core.management import ManagementUtility
from django.core.management.base import BaseCommand

INSTEAD = {
    "all_tenants_command": "",
    "changepassword": "Ask for a new password where one signs in, or see: create_operator, invite_owner.",
    "clone_tenant": "See: backup_tenant, restore_tenant.",
    "collectstatic_schemas": "See: collectstatic.",
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
    """Django's utility, which answers a command that is not used here with a sentence."""

    def fetch_command(self, subcommand: str) -> BaseCommand:
        if subcommand in INSTEAD:
            sys.stderr.write(f"{subcommand} is not used with Muster. {INSTEAD[subcommand]}".rstrip() + "\n")
            sys.exit(1)
        return super().fetch_command(subcommand)

    def main_help_text(self, commands_only: bool = False) -> str:
        lines = super().main_help_text(commands_only).splitlines()
        return "\n".join(line for line in lines if line.strip() not in INSTEAD)
