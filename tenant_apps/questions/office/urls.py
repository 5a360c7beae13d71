"""The questions of courses in the office."""

from django.urls import path

from tenant_apps.questions.office import views

urlpatterns = [
    path("courses/<uuid:pk>/questions/", views.course_questions, name="course_questions"),
    path("courses/<uuid:pk>/questions/<uuid:question>/", views.course_question, name="course_question"),
    path("courses/<uuid:pk>/questions/<uuid:question>/move/", views.course_question_move, name="course_question_move"),
    path("courses/<uuid:pk>/questions/<uuid:question>/stop/", views.course_question_stop, name="course_question_stop"),
]
