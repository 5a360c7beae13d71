"""Certificates by API."""

from django.urls import path

from tenant_apps.certificates.api import CertificateViewSet, SessionCertificates, Verification

urlpatterns = [
    path("certificates", CertificateViewSet.as_view({"get": "list"})),
    path("certificates/verify/<slug:code>", Verification.as_view()),
    path("certificates/<uuid:pk>", CertificateViewSet.as_view({"get": "retrieve"})),
    path("certificates/<uuid:pk>/pdf", CertificateViewSet.as_view({"get": "pdf"})),
    path("certificates/<uuid:pk>/revoke", CertificateViewSet.as_view({"post": "revoke"})),
    path("certificates/<uuid:pk>/reissue", CertificateViewSet.as_view({"post": "reissue"})),
    path("sessions/<uuid:session_id>/certificates", SessionCertificates.as_view({"get": "list", "post": "create"})),
]
