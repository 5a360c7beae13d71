"""Transfers between bank accounts. Others see the provider alone."""

from tenant_apps.payments.providers.bank_transfer.provider import BankTransfer

provider = BankTransfer()
