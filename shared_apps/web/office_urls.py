"""What forms of the office ask while they are filled in."""

from django.urls import path

from shared_apps.web.rich_text import rich_text

urlpatterns = [path("rich-text/", rich_text, name="rich_text")]
