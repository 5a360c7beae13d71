"""The provider's choices about money in the office."""

from django.urls import path

from tenant_apps.payments.office import views

urlpatterns = [path("settings/money/", views.payment_settings, name="settings_money")]
