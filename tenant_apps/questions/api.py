"""What courses ask, by API."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response

from shared_apps.api.endpoints import ViewSet
from tenant_apps.catalogue.models import Course
from tenant_apps.questions.models import Question, QuestionQuerySet
from tenant_apps.questions.serializers import QuestionSerializer


class CourseQuestions(mixins.ListModelMixin, ViewSet):
    permission = "public"
    serializer_class = QuestionSerializer
    page_ordering = ("position", "pk")

    def get_queryset(self) -> QuestionQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return Question.objects.none()
        course = get_object_or_404(Course.objects.visible_to(self.request.user), pk=self.kwargs["course_id"])
        return Question.objects.asked().filter(course=course)

    @extend_schema(
        summary="List what a course asks",
        description="The questions to each person who comes, in their order. Answers go along with a booking's "
        "`attendees`, or to the answers of an attendee.",
    )
    def list(self, request: Request, course_id: UUID) -> Response:
        return super().list(request)
