"""Payments by API."""

from django.urls import path

from tenant_apps.payments.api import PaymentState, PaymentViewSet, ProviderWebhook, RefundViewSet

urlpatterns = [
    path("payments", PaymentViewSet.as_view({"get": "list"})),
    path("payments/<uuid:payment_id>/refunds", RefundViewSet.as_view({"get": "list", "post": "create"})),
    path("payments/status", PaymentState.as_view()),
    path("payments/webhooks/<slug:provider>", ProviderWebhook.as_view(), name="provider_webhook"),
]
