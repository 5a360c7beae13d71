"""Terms by API."""

from django.urls import path

from tenant_apps.terms.api import TermsViewSet

urlpatterns = [
    path("terms", TermsViewSet.as_view({"get": "list"})),
    path("terms/<uuid:pk>", TermsViewSet.as_view({"get": "retrieve"})),
]
