"""Certificates on the provider's site: of whoever holds one, and for whoever checks one."""

from django.urls import path

from tenant_apps.certificates import views

urlpatterns = [
    path("my/certificates/", views.my_certificates, name="my_certificates"),
    path("certificates/", views.certificate_check, name="certificate_check"),
    path("certificates/held/<str:token>/", views.certificate_held, name="certificate_held"),
    path("certificates/held/<str:token>/certificate.pdf", views.certificate_pdf, name="certificate_pdf"),
    path("certificates/of-people/<str:token>/", views.certificates_of_people, name="certificates_of_booking"),
    path("certificates/<slug:code>/", views.certificate_verify, name="certificate_verify"),
]
