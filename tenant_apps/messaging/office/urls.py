"""The log of emails in the office."""

from django.urls import path

from tenant_apps.messaging.office import views

urlpatterns = [
    path("messages/", views.messages_sent, name="messages"),
    path("messages/<uuid:pk>/", views.message, name="message"),
    path("messages/<uuid:pk>/again/", views.message_again, name="message_again"),
]
