"""The platform's pages and its operators' console."""

from django.urls import include, path

from shared_apps.operator import views

console = [
    path("", views.console, name="console"),
    path("tenants/", views.tenants, name="tenants"),
    path("tenants/<slug:slug>/", views.tenant, name="tenant"),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("robots.txt", views.robots, name="robots"),
    path("operator/", include((console, "operator"))),
]
