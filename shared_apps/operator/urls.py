"""The platform's pages and its operators' console."""

from django.urls import include, path

from shared_apps.operator import undelivered, views

console = [
    path("", views.console, name="console"),
    path("undelivered/", undelivered.undelivered, name="undelivered"),
    path("undelivered/<slug:slug>/<str:kind>/<uuid:pk>/again/", undelivered.run_again_at, name="undelivered_again"),
    path("undelivered/<slug:slug>/<str:kind>/<uuid:pk>/drop/", undelivered.drop_at, name="undelivered_drop"),
    path("tenants/", views.tenants, name="tenants"),
    path("tenants/<slug:slug>/", views.tenant, name="tenant"),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("start/", views.start, name="start"),
    path("find/", views.find_site, name="find_site"),
    path("robots.txt", views.robots, name="robots"),
    path("operator/", include((console, "operator"))),
]
