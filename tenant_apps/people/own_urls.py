"""What somebody does about themselves."""

from django.urls import path

from tenant_apps.people import own_views

urlpatterns = [path("my/email/<str:token>/", own_views.own_email, name="own_email")]
