"""What the API will answer later."""

from django.urls import path, register_converter

from shared_apps.tenants.coming import CallConverter, Coming

register_converter(CallConverter, "coming")

urlpatterns = [path("<coming:call>", Coming.as_view(), name="api_coming")]
