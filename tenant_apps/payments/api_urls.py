"""Payments by API."""

from django.urls import path

from tenant_apps.payments.api import PaymentList, PaymentState, ProviderWebhook

urlpatterns = [
    path("payments", PaymentList.as_view()),
    path("payments/status", PaymentState.as_view()),
    path("payments/webhooks/<slug:provider>", ProviderWebhook.as_view()),
]
