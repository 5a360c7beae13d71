"""Reviews in the office."""

from django.urls import path

from tenant_apps.reviews.office import views

urlpatterns = [
    path("reviews/", views.reviews, name="reviews"),
    path("reviews/<uuid:pk>/", views.review, name="review"),
    path("reviews/<uuid:pk>/hide/", views.review_hide, name="review_hide"),
    path("reviews/<uuid:pk>/show/", views.review_show, name="review_show"),
    path("courses/<uuid:pk>/feedback/", views.course_feedback, name="course_feedback"),
    path("courses/<uuid:pk>/feedback/export.csv", views.course_feedback_export, name="course_feedback_export"),
    path(
        "courses/<uuid:pk>/feedback/<uuid:question>/", views.course_feedback_question, name="course_feedback_question"
    ),
]
