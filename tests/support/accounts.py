"""Which account a tenant is paid with."""

from typing import Any

from shared_apps.tenants.accounts import account_at, connect_account, leave_account


def pay_with(tenant: Any, account: str | None) -> None:
    """`tenant` takes cards with this account from now on; None: with none."""
    if account is None:
        leave_account(tenant=tenant, provider="stripe", by=None)
    else:
        connect_account(tenant=tenant, provider="stripe", account=account, by=None)


def account_of(tenant: Any) -> str | None:
    """The account with which `tenant` takes cards, as it is known to this very `tenant`; None without one."""
    found = account_at("stripe", tenant=tenant)
    return found.account if found else None
