"""Students and trainers by API."""

from typing import Any

from django.db.models import F, Q
from django.utils.decorators import method_decorator
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from shared_apps.core.freshness import kept
from shared_apps.core.strict import Filters
from shared_apps.events.idempotency import idempotent
from tenant_apps.people.models import Student, Trainer
from tenant_apps.people.serializers import StudentSerializer, TrainerSerializer
from tenant_apps.people.services import add_student, update_student


class StudentFilters(Filters):
    q = filters.CharFilter(method="search", label="Part of a name, an email address or a phone number", max_length=100)
    active = filters.BooleanFilter("person__active")
    email = filters.CharFilter("person__email", lookup_expr="iexact")

    def search(self, rows: Any, name: str, text: str) -> Any:
        return rows.filter(
            Q(person__name__icontains=text) | Q(person__email__icontains=text) | Q(person__phone__icontains=text)
        )


class StudentViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Student]):
    permission = "account.use"
    write_permission = "students.manage"
    serializer_class = StudentSerializer
    filterset_class = StudentFilters
    http_method_names = ["get", "head", "options", "post", "patch"]
    page_ordering = ("-pk",)
    orderings = {"name": "person_name", "createdAt": "pk"}

    def get_queryset(self) -> Any:
        return (
            Student.objects.visible_to(self.request.user)
            .select_related("person")
            .annotate(person_name=F("person__name"))
        )

    @extend_schema(summary="List students", description="The office sees all; a student, themselves.")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Get a student")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Add a student",
        description="409 `person_exists` when somebody has this email address already.",
        responses={201: StudentSerializer},
        examples=[
            OpenApiExample(
                "A student",
                {"name": "Grace Hopper", "email": "grace@example.com", "phone": "0117 496 0000"},
                request_only=True,
            )
        ],
    )
    @idempotent
    def create(self, request: Request) -> Response:
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        details = dict(given.validated_data)
        person = details.pop("person")
        student = add_student(
            name=person["name"], email=person.get("email", ""), phone=person.get("phone", ""),
            notes=details.get("notes", ""), by=request.user,
        )  # fmt: skip
        return Response(self.get_serializer(student).data, status=201)

    @extend_schema(summary="Change a student", responses=StudentSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        student = self.get_object()
        given = self.get_serializer(student, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        details = dict(given.validated_data)
        update_student(student, by=request.user, notes=details.get("notes"), **details.get("person", {}))
        return Response(self.get_serializer(student).data)


class TrainerFilters(Filters):
    q = filters.CharFilter(method="search", label="Words of a name, headline or bio", max_length=100)
    specialisation = filters.CharFilter(method="has", max_length=60)

    def search(self, rows: Any, name: str, text: str) -> Any:
        return rows.filter(Q(person__name__icontains=text) | Q(headline__icontains=text) | Q(bio__icontains=text))

    def has(self, rows: Any, name: str, text: str) -> Any:
        return rows.filter(specialisations__contains=[text])


@method_decorator(kept, name="dispatch")
class TrainerViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Trainer]):
    permission = "public"
    serializer_class = TrainerSerializer
    filterset_class = TrainerFilters
    page_ordering = ("person_name", "pk")
    orderings = {"name": "person_name", "yearsOfExperience": "years_of_experience"}

    def get_queryset(self) -> Any:
        rows = Trainer.objects.visible_to(self.request.user)
        return rows.select_related("person").defer("search").annotate(person_name=F("person__name"))

    @extend_schema(summary="List trainers")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Get a trainer")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().retrieve(request, *args, **kwargs)
