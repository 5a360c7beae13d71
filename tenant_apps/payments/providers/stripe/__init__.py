"""Stripe: its client, its webhooks, its texts. Others see the provider alone."""

from tenant_apps.payments.providers.stripe.checkout import StripeCheckout

provider = StripeCheckout()
