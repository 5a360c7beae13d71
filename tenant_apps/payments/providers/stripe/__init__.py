"""Stripe: its client, its webhook, its texts. Others see the provider alone."""

from tenant_apps.payments.providers.stripe.checkout import StripeCheckout

__all__ = ["StripeCheckout"]
