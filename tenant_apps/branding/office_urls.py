"""The tenant's settings in the office."""

from django.urls import path

from tenant_apps.branding import office_views

urlpatterns = [
    path("settings/", office_views.brand, {"part": "look"}, name="settings"),
    path("settings/words/", office_views.brand, {"part": "words"}, name="settings_words"),
    path("settings/contact/", office_views.brand, {"part": "contact"}, name="settings_contact"),
    path("settings/look.json", office_views.look, name="look"),
]
