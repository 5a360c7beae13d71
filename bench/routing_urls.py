"""The one address of bench.routing."""

from django.urls import path

from bench.routing import view

urlpatterns = [path("bench/", view)]
