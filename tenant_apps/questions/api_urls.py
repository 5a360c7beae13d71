"""What courses ask, by API."""

from django.urls import path

from tenant_apps.questions.api import CourseQuestions

urlpatterns = [path("courses/<uuid:course_id>/questions", CourseQuestions.as_view({"get": "list"}))]
