"""Where Stripe's webhooks for all accounts arrive."""

from django.urls import path

from tenant_apps.payments.providers.stripe.webhook import stripe_webhook

urlpatterns = [path("stripe", stripe_webhook, name="stripe_webhook")]
