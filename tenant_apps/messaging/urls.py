"""The inbox of whoever is signed in, how they want to be told, and where services tell us what became of messages."""

from django.urls import path

from tenant_apps.messaging import hook_views, views

urlpatterns = [
    path("my/notices/", views.notices, name="notices"),
    path("my/notices/unread/", views.unread, name="notices_unread"),
    path("my/notices/read/", views.all_read, name="notices_read"),
    path("my/notices/preferences/", views.preferences, name="notice_preferences"),
    path("my/notices/<uuid:pk>/", views.open_notice, name="notice"),
    path("my/push/", views.push, name="push"),
    path("my/push/off/", views.push_off, name="push_off"),
    path("my/telegram/", views.telegram, name="telegram"),
    path("my/telegram/off/", views.telegram_off, name="telegram_off"),
    path("push-worker.js", views.push_worker, name="push_worker"),
    path("hooks/twilio/<uuid:message_id>/", hook_views.twilio_hook, name="twilio_hook"),
    path("hooks/telegram/", hook_views.telegram_hook, name="telegram_hook"),
]
