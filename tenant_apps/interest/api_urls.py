"""Interest in courses by API."""

from django.urls import path

from tenant_apps.interest.api import CourseInterest, InterestDemand, OwnInterest

urlpatterns = [
    path("courses/<uuid:course_id>/interest", CourseInterest.as_view()),
    path("interest", InterestDemand.as_view()),
    path("interest/<str:token>", OwnInterest.as_view()),
]
