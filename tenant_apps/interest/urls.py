"""Interest in courses without dates, on the site."""

from django.urls import path

from tenant_apps.interest import views

urlpatterns = [
    path("courses/<slug:slug>/interest/", views.interest, name="interest"),
    path("interest/register/<str:token>/", views.interest_confirm, name="interest_confirm"),
    path("interest/<str:token>/", views.interest_own, name="interest_own"),
]
