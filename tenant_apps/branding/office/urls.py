"""The tenant's settings in the office."""

from django.urls import path

from tenant_apps.branding.office import views

urlpatterns = [
    path("settings/find/", views.find, name="settings_find"),
    path("settings/", views.brand, {"part": "look"}, name="settings"),
    path("settings/words/", views.brand, {"part": "words"}, name="settings_words"),
    path("settings/contact/", views.brand, {"part": "contact"}, name="settings_contact"),
    path("settings/look.json", views.look, name="look"),
]
