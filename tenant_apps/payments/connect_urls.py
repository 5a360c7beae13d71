"""Where a provider's platform-wide webhooks arrive."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
