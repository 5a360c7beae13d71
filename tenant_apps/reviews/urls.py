"""Reviews, as those who came write them and everybody reads them."""

from django.urls import path

from tenant_apps.reviews import views

urlpatterns = [
    path("reviews/<str:token>/", views.review, name="review"),
    path("bookings/<str:token>/review/", views.booking_review, name="booking_review"),
    path("courses/<slug:slug>/reviews/", views.course_reviews, name="course_reviews"),
]
