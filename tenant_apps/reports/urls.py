"""The office's dashboard."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
