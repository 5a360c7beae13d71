"""Stylesheet and pictures of the brand."""

from django.urls import path

from tenant_apps.branding import views

urlpatterns = [
    path("brand.css", views.brand_css, name="brand_css"),
    path("favicon.svg", views.favicon, name="favicon"),
]
