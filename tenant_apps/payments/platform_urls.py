"""Where the webhooks of payment providers arrive that know one address for all tenants."""

from django.urls import path

from tenant_apps.payments.platform_webhooks import platform_webhook

urlpatterns = [path("<slug:provider>", platform_webhook, name="platform_webhook")]
