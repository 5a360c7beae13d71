"""Certificates in the office."""

from django.urls import path

from tenant_apps.certificates.office import lists, records, sessions, settings_views

urlpatterns = [
    path("certificates/", lists.certificates, name="certificates"),
    path("certificates/export.csv", lists.certificates_export, name="certificates_export"),
    path("certificates/zip/", lists.certificates_zip, name="certificates_zip"),
    path("certificates/new/", records.certificate_new, name="certificate_new"),
    path("certificates/<uuid:pk>/", records.certificate, name="certificate"),
    path("certificates/<uuid:pk>/certificate.pdf", records.certificate_pdf, name="certificate_pdf"),
    path("certificates/<uuid:pk>/reissue/", records.certificate_reissue, name="certificate_reissue"),
    path("certificates/<uuid:pk>/revoke/", records.certificate_revoke, name="certificate_revoke"),
    path("sessions/<uuid:pk>/certificates/", sessions.session_certificates, name="session_certificates"),
    path("sessions/<uuid:pk>/certificates/issue/", sessions.session_issue, name="session_issue"),
    path("sessions/<uuid:pk>/certificates/zip/", sessions.session_zip, name="session_zip"),
    path("courses/<uuid:pk>/certificates/", settings_views.course_certificates, name="course_certificates"),
    path("settings/certificates/", settings_views.settings_certificates, name="settings_certificates"),
    path("settings/certificates/preview/", settings_views.certificate_preview, name="certificate_preview"),
    path("settings/certificates/sample.pdf", settings_views.certificate_sample, name="certificate_sample"),
]
