"""Reviews by API."""

from django.urls import path

from tenant_apps.reviews.api import BookingReview, CourseReviews

urlpatterns = [
    path("courses/<uuid:course_id>/reviews", CourseReviews.as_view({"get": "list"})),
    path("bookings/<uuid:pk>/review", BookingReview.as_view()),
]
