"""The platform's pages and its operators' console."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
