import re

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from shared_apps.operator.commands import OperatorCommand, Options, tenant_called
from shared_apps.tenants.accounts import connect_account, leave_account
from shared_apps.tenants.errors import AccountTaken

STRIPE = "stripe"


class Command(OperatorCommand):
    help = "Name the connected Stripe account that takes a tenant's card payments, or none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("account", nargs="?", help="Begins with acct_.")
        which.add_argument("--remove", action="store_true", help="Take no more cards.")

    def work(self, options: Options) -> None:
        tenant, account = tenant_called(options["slug"]), options["account"]
        if account and not re.fullmatch(r"acct_\w{1,50}", account):
            raise CommandError(f"{account} is not a connected account of Stripe: that begins with acct_.")
        if account:
            try:
                connect_account(tenant=tenant, provider=STRIPE, account=account, by="the command line")
            except AccountTaken as error:
                raise CommandError(f"{account} takes or took payments of {error.holder.slug}.") from error
        else:
            leave_account(tenant=tenant, provider=STRIPE, by="the command line")
        if account and not settings.STRIPE_SECRET_KEY:
            self.stdout.write(f"{account} is noted for {tenant.name}.")
            self.stderr.write("Nobody can pay by card yet: the platform's own key is not set. See STRIPE_SECRET_KEY.")
            return
        self.stdout.write(f"{tenant.name} takes {f'cards through {account}' if account else 'no cards any more'}.")
