"""Students and trainers in the office."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
