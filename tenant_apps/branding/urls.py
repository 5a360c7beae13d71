"""Stylesheet, pictures and files of the brand."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
