"""Changing what the provider chose about money."""

from collections.abc import Mapping

from shared_apps.accounts.models import User
from tenant_apps.branding.services import change_choices
from tenant_apps.payments.models import PaymentSettings


def change_payment_settings(changes: Mapping[str, object], *, by: User | None) -> None:
    """Write `changes`, fields of `PaymentSettings` by name."""
    change_choices(PaymentSettings, changes, what="payments", by=by)
