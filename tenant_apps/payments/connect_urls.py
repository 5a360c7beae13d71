"""Where a provider's platform-wide webhooks arrive."""

from django.urls import path

from tenant_apps.payments.connect import stripe_webhook

urlpatterns = [path("stripe", stripe_webhook, name="stripe_webhook")]
