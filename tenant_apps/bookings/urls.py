"""Booking, and what a buyer does with a booking."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
