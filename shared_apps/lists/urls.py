"""Views of lists, and what is done with many rows."""

from django.urls import path

from shared_apps.lists import views

urlpatterns = [
    path("lists/<slug:name>/views/new/", views.view_new, name="view_new"),
    path("lists/views/<uuid:pk>/", views.view_edit, name="view_edit"),
    path("lists/views/<uuid:pk>/delete/", views.view_delete, name="view_delete"),
    path("lists/<slug:name>/display/", views.display, name="list_display"),
    path("lists/<slug:name>/many/", views.many, name="many"),
]
