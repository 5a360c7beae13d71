"""The log of emails in the office."""

from django.urls import path

from tenant_apps.messaging.office import settings_views, views

urlpatterns = [
    path("messages/", views.messages_sent, name="messages"),
    path("messages/<uuid:pk>/", views.message, name="message"),
    path("messages/<uuid:pk>/again/", views.message_again, name="message_again"),
    path("settings/messages/", settings_views.settings_messages, name="settings_messages"),
    path(
        "settings/messages/<slug:app>/<slug:name>/<slug:channel>/", settings_views.settings_wording,
        name="settings_wording",
    ),
    path(
        "settings/messages/<slug:app>/<slug:name>/<slug:channel>/ours/", settings_views.wording_ours,
        name="wording_ours",
    ),
    path("settings/messages/preview/", settings_views.wording_preview, name="wording_preview"),
    path("settings/channels/", settings_views.settings_channels, name="settings_channels"),
    path("settings/channels/<slug:service>/off/", settings_views.channel_off, name="channel_off"),
]  # fmt: skip
