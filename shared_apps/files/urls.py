"""Public files, and private ones by their signed links."""

from django.urls import path

from shared_apps.files import views

urlpatterns = [
    path("media/<path:path>", views.media, name="media"),
    path("files/<str:token>/", views.file, name="file"),
]
